export { MOCK_CREDENTIALS, type MockCredentials } from './credentials.ts'
export { createMockPopulation, type MockMember } from './population.ts'
export { type BpjsMock, createBpjsMock } from './server.ts'
