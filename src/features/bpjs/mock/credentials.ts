/** What the mock accepts. Public on purpose: it protects nothing but synthetic people. */
export const MOCK_CREDENTIALS = {
  consId: '32740',
  secret: 'mock-consumer-secret',
  userKey: 'mock-user-key',
  username: 'puskesmas-mock',
  password: 'mock-password',
  applicationCode: '095',
} as const

export type MockCredentials = { [Name in keyof typeof MOCK_CREDENTIALS]: string }
