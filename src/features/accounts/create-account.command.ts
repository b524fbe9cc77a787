import { parseArgs } from 'node:util'
import { createAccountBody } from '../../contracts/api/accounts.ts'
import { findText, type Language, translate } from '../../contracts/text/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { AccountService } from './accounts.service.ts'

export type CreateAccountCommand = {
  accounts: Pick<AccountService, 'createAsOperator'>
  language: Language
  print: (line: string) => void
}

/**
 * `account create <username> --name <name> --region <code> [--role admin] [--office <id> ...]`: prints the one-time password.
 * Returns false when it was refused, with the reason printed.
 */
export async function runCreateAccount(args: string[], command: CreateAccountCommand): Promise<boolean> {
  const { accounts, language, print } = command
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    strict: false,
    options: {
      name: { type: 'string' },
      region: { type: 'string' },
      role: { type: 'string', default: 'admin' },
      office: { type: 'string', multiple: true, default: [] },
    },
  })
  const body = createAccountBody.safeParse({
    username: positionals[0],
    displayName: values.name,
    role: values.role,
    regionCode: values.region,
    officeIds: values.office,
  })
  if (!body.success) {
    for (const { path } of body.error.issues)
      print(translate(language, 'accounts', 'create.wrong', { field: path.join('.') }))
    print(translate(language, 'accounts', 'create.usage'))
    return false
  }
  try {
    const { account, oneTimePassword } = await accounts.createAsOperator(body.data)
    print(translate(language, 'accounts', 'create.done', { username: account.username, password: oneTimePassword }))
    return true
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    print(translate(language, 'errors', `${error.code}.title`))
    for (const { path, code } of error.issues) {
      print(findText(language, 'fields', `issue.${code}`, { field: path }) ?? path)
    }
    return false
  }
}
