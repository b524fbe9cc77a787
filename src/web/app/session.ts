import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Me } from '../../contracts/api/accounts.ts'
import { defineCall } from '../lib/call.ts'
import { forgetSealed } from '../lib/sealed-store.ts'
import { leaveGate, openGate } from '../lib/session-gate.ts'
import { queryClient } from './query-client.ts'

const getMe = defineCall<{ response: Me }>('GET', '/api/v1/me')
const signOut = defineCall<{ response: { done: true } }>('POST', '/api/auth/sign-out')

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const me = await getMe({})
    openGate()
    return me
  },
  staleTime: 60_000,
})

/** Who is signed in. Only below the routes that have made sure of it. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('useMe outside of the signed-in part')
  return data
}

/** Whether the server lets this person make a call: what it does not is not offered. */
export function useMay(): (call: { route: string }) => boolean {
  const { permissions } = useMe()
  return ({ route }) => permissions.includes(route)
}

/** Forgets everything that was shown, on the way out and before somebody else comes in. */
export function forgetSession(): void {
  leaveGate(new Error('signed out'))
  queryClient.clear()
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await signOut({})
    await forgetSealed()
    client.clear()
    // A new page: nothing of this person stays in the memory of a shared counter PC.
    location.assign('/masuk')
  }
}
