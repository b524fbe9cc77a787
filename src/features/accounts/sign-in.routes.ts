import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { ROLES } from '../../contracts/access.ts'
import {
  backupCodesResponse,
  changePasswordBody,
  enrolTwoFactorResponse,
  passwordBody,
  signInBody,
  signInResponse,
  verifyBackupCodeBody,
  verifyTotpBody,
} from '../../contracts/api/accounts.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import { AUTH_BASE_PATH } from './auth.ts'
import type { SignInService } from './sign-in.service.ts'

const done = z.object({ done: z.literal(true) })
const tags = ['sign-in']

const STRANGER = { access: 'public', rateClass: 'sign-in' } as const
/** Open to a caller with an obligation: these are the ways to meet it. */
const ONESELF = { access: { roles: ROLES }, rateClass: 'sign-in', duringObligation: true } as const

function withCookies<T extends { setCookies: string[] }>(reply: FastifyReply, result: T): Omit<T, 'setCookies'> {
  const { setCookies, ...rest } = result
  if (setCookies.length > 0) reply.header('set-cookie', setCookies)
  return rest
}

/** Better Auth behind our own doors: only these paths of it exist. */
export function registerSignInRoutes(app: App, { signIn }: { signIn: SignInService }): void {
  app.post(
    `${AUTH_BASE_PATH}/sign-in/username`,
    {
      config: STRANGER,
      schema: {
        summary: 'Sign in; the cookie is the session',
        tags,
        body: signInBody,
        response: { 200: signInResponse },
      },
    },
    async (request, reply) => withCookies(reply, await signIn.signIn(request, request.body)),
  )

  app.post(
    `${AUTH_BASE_PATH}/two-factor/verify-totp`,
    {
      config: STRANGER,
      schema: {
        summary: 'Second step of a sign-in, or proof of a new authenticator app',
        tags,
        body: verifyTotpBody,
        response: { 200: signInResponse },
      },
    },
    async (request, reply) => withCookies(reply, await signIn.verifyCode(request, '/verify-totp', request.body.code)),
  )

  app.post(
    `${AUTH_BASE_PATH}/two-factor/verify-backup-code`,
    {
      config: STRANGER,
      schema: {
        summary: 'Second step with a backup code',
        tags,
        body: verifyBackupCodeBody,
        response: { 200: signInResponse },
      },
    },
    async (request, reply) =>
      withCookies(reply, await signIn.verifyCode(request, '/verify-backup-code', request.body.code)),
  )

  app.post(
    `${AUTH_BASE_PATH}/sign-out`,
    { config: STRANGER, schema: { summary: 'Sign out', tags, response: { 200: done } } },
    async (request, reply) => {
      withCookies(reply, await signIn.signOut(request))
      return { done: true as const }
    },
  )

  app.post(
    `${AUTH_BASE_PATH}/change-password`,
    {
      config: ONESELF,
      schema: {
        summary: 'Change the own password; ends all other sessions',
        tags,
        body: changePasswordBody,
        response: { 200: done },
      },
    },
    async (request, reply) => {
      withCookies(reply, await signIn.changePassword(request, getActor(request), request.body))
      return { done: true as const }
    },
  )

  app.post(
    `${AUTH_BASE_PATH}/two-factor/enable`,
    {
      config: ONESELF,
      schema: {
        summary: 'Begin two-step verification; a code completes it',
        tags,
        body: passwordBody,
        response: { 200: enrolTwoFactorResponse },
      },
    },
    async (request, reply) =>
      withCookies(reply, await signIn.enrolTwoFactor(request, getActor(request), request.body.password)),
  )

  app.post(
    `${AUTH_BASE_PATH}/two-factor/generate-backup-codes`,
    {
      config: ONESELF,
      schema: {
        summary: 'New backup codes; the old ones are void',
        tags,
        body: passwordBody,
        response: { 200: backupCodesResponse },
      },
    },
    async (request, reply) =>
      withCookies(reply, await signIn.renewBackupCodes(request, getActor(request), request.body.password)),
  )

  app.post(
    `${AUTH_BASE_PATH}/two-factor/disable`,
    {
      config: ONESELF,
      schema: { summary: 'End two-step verification', tags, body: passwordBody, response: { 200: done } },
    },
    async (request, reply) => {
      withCookies(reply, await signIn.disableTwoFactor(request, getActor(request), request.body.password))
      return { done: true as const }
    },
  )
}
