/**
 * Every failure the product names. One row per code: the HTTP status a caller sees and what a job does about it.
 * `retry`: the outbox tries again later; `fail`: a person must look; `drop`: the work is no longer wanted.
 * Texts: `contracts/text/{id,en}/errors.json`. Documented in `docs/errors.md`; a test keeps all three equal.
 */
export const ERRORS = {
  invalid_input: { status: 400, job: 'fail' },
  invalid_json: { status: 400, job: 'fail' },
  unsupported_media_type: { status: 415, job: 'fail' },
  body_too_large: { status: 413, job: 'fail' },
  headers_too_large: { status: 431, job: 'fail' },
  bad_request: { status: 400, job: 'fail' },
  request_timeout: { status: 408, job: 'fail' },
  not_signed_in: { status: 401, job: 'fail' },
  wrong_credentials: { status: 401, job: 'fail' },
  account_locked: { status: 423, job: 'fail' },
  account_disabled: { status: 403, job: 'fail' },
  wrong_code: { status: 401, job: 'fail' },
  two_factor_required: { status: 403, job: 'fail' },
  password_change_required: { status: 403, job: 'fail' },
  forbidden: { status: 403, job: 'fail' },
  origin_refused: { status: 403, job: 'fail' },
  not_found: { status: 404, job: 'drop' },
  method_not_allowed: { status: 405, job: 'fail' },
  warnings_unconfirmed: { status: 422, job: 'fail' },
  idempotency_key_missing: { status: 400, job: 'fail' },
  idempotency_key_reused: { status: 422, job: 'fail' },
  nik_already_proposed: { status: 409, job: 'fail' },
  version_conflict: { status: 409, job: 'retry' },
  already_claimed: { status: 409, job: 'fail' },
  lease_required: { status: 409, job: 'fail' },
  action_not_allowed: { status: 409, job: 'drop' },
  membership_unknown: { status: 409, job: 'fail' },
  membership_stale: { status: 409, job: 'fail' },
  open_duplicate: { status: 409, job: 'fail' },
  own_intake: { status: 403, job: 'fail' },
  set_aside_expired: { status: 409, job: 'fail' },
  name_in_use: { status: 409, job: 'fail' },
  rate_limited: { status: 429, job: 'retry' },
  bpjs_unavailable: { status: 503, job: 'retry' },
  message_holds_identity_number: { status: 422, job: 'fail' },
  service_unavailable: { status: 503, job: 'retry' },
  internal_error: { status: 500, job: 'retry' },
} as const satisfies Record<string, { status: number; job: 'retry' | 'fail' | 'drop' }>

export type ErrorCode = keyof typeof ERRORS
