import { z } from 'zod'

export const PROCESS_ROLES = ['api', 'worker', 'whatsapp', 'bpjs-mock'] as const
export type ProcessRole = (typeof PROCESS_ROLES)[number]

const EXAMPLE = `write all, or a list of ${PROCESS_ROLES.join(',')}`

const isProcessRole = (name: string): name is ProcessRole => PROCESS_ROLES.some((role) => role === name)

/** `null` stands for all: which those are depends on other settings (the mock runs only when it is the source). */
export const processRoles = (): z.ZodType<ProcessRole[] | null, string> =>
  z.string().transform((value, context) => {
    if (value === 'all') return null
    const names = value.split(',').map((name) => name.trim())
    if (names.every(isProcessRole)) return PROCESS_ROLES.filter((role) => names.includes(role))
    context.addIssue({ code: 'custom', message: EXAMPLE })
    return z.NEVER
  })
