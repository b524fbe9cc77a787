import type { Draft } from './draft.ts'

/** Fields that are still empty, as the form names them, with the last part of the API's name. Everything else is for the server to say. */
export function listMissing(draft: Draft): { path: string; field: string }[] {
  const fields: [path: string, value: string][] = [
    ['familyCardNumber', draft.familyCardNumber],
    ...draft.members.flatMap(({ key, ...member }): [string, string][] =>
      (['fullName', 'relationship', 'birthPlace', 'birthDate', 'sex', 'maritalStatus'] as const).map((field) => [
        `members.${key}.${field}`,
        member[field],
      ]),
    ),
    ['address.villageCode', draft.village?.code ?? ''],
    ['address.street', draft.street],
    ['address.rt', draft.rt],
    ['address.rw', draft.rw],
    ['whatsappNumber', draft.whatsappNumber],
  ]
  return fields
    .filter(([, value]) => value.trim() === '')
    .map(([path]) => ({ path, field: path.split('.').at(-1) ?? path }))
}
