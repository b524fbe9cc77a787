import { type Json, openSession, until } from '../../../scripts/lib/session.ts'
import { onServer } from '../database.ts'
import { type RegisteredCase, registerCase } from './cases.ts'
import type { ConsoleWorld } from './console.ts'
import { sessionOf } from './sessions.ts'

export type SimulatedPhones = ReturnType<typeof createSimulatedPhones>

/** Residents' phones, as the simulator plays them. */
export function createSimulatedPhones({ address, databaseUrl }: ConsoleWorld) {
  let made = 0
  const behave = (phone: string, behaviour: Json): Promise<Json> =>
    openSession(address).must('PUT', `/api/v1/simulator/phones/${phone}`, behaviour)
  const register = (whatsappNumber: string): Promise<RegisteredCase> => registerCase(address, { whatsappNumber })
  const listMessages = async (state: string): Promise<Json[]> => {
    const operator = await sessionOf(address, 'supervisor')
    return (await operator.must('GET', `/api/v1/whatsapp/messages?state=${state}&limit=100`)).items
  }
  return {
    newPhone: (): string => `0812345600${String(++made).padStart(2, '0')}`,
    behave,
    register,
    async textsOn(phone: string): Promise<string[]> {
      const { items } = await openSession(address).must('GET', `/api/v1/simulator/messages?to=${phone}`)
      return items.map(({ body }: Json) => body)
    },
    /** A message of which nobody can tell whether it arrived, for longer than it takes to find out. Returns its reference. */
    async leaveUnknown(phone: string, mode: 'unknown_lost' | 'unknown_delivered'): Promise<string> {
      await behave(phone, { mode, answersLookUp: false })
      await register(phone)
      const ofPhone = ({ toMasked }: Json): boolean => String(toMasked).endsWith(phone.slice(-4))
      const open = await until(
        () => listMessages('unknown'),
        (items) => items.some(ofPhone),
      )
      await onServer(
        databaseUrl,
        `UPDATE message SET unknown_at = now() - interval '11 minutes' WHERE state = 'unknown'`,
      )
      return open.find(ofPhone).reference
    },
  }
}
