import { QueryClient } from '@tanstack/react-query'
import { NoAnswer } from '../lib/problem.ts'

/**
 * What the server said is shown again at once and asked anew when it is older than 15 s. Reads that nobody answered are
 * repeated, refusals are not; writes are never repeated by the library.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => error instanceof NoAnswer && failures < 3,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})
