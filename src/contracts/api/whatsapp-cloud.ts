import { z } from 'zod'

/** How Meta asks whether a webhook is ours: it wants the challenge back. Other parameters are left alone. */
export const cloudWebhookQuery = z.object({
  'hub.mode': z.string().max(50),
  'hub.verify_token': z.string().max(500),
  // Comes back as it is: nothing that a browser could take for a page.
  'hub.challenge': z.string().regex(/^[\w.-]{1,200}$/),
})
