/** What the official interface needs; all of it comes from Meta's app dashboard, apart from the verify token, which is ours. */
export type CloudSettings = {
  phoneNumberId: string
  /** Bearer token of a system user. */
  token: string
  /** Signs what Meta calls us with. */
  appSecret: string
  /** What Meta shows when it asks whether the webhook is ours. */
  verifyToken: string
  /** `v` and a number, as Meta names it. */
  apiVersion: string
  /** Without a slash at its end. */
  baseUrl: string
}
