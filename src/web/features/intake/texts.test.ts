import { expect, test } from 'vitest'
import enFields from '../../../contracts/text/en/fields.json' with { type: 'json' }
import idFields from '../../../contracts/text/id/fields.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

// Copies, because all of the server's words about fields would be a twentieth of what this page may weigh.
test.each([
  ['id', id, idFields],
  ['en', en, enFields],
])('fields are called and refused in the words of the server (%s)', (_language, own, fields) => {
  const copied = Object.entries(own).filter(([key]) => /^(?:label|issue)\./.test(key))
  expect(copied.length).toBeGreaterThan(20)
  expect(Object.fromEntries(copied)).toEqual(
    Object.fromEntries(copied.map(([key]) => [key, fields[key as keyof typeof fields]])),
  )
})
