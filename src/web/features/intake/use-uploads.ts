import { useState } from 'react'
import { uploadPhoto } from '../documents/calls.ts'
import type { PhotoDraft } from './draft.ts'
import type { ChangeDraft } from './use-draft.ts'

/** What a photo is of: there is one of each. */
export type Slot = Pick<PhotoDraft, 'kind' | 'memberKey'>
type Upload = {
  file: File
  isRunning: boolean
  /** How much has gone out; null: none yet. */
  share: number | null
  error: unknown
}

export const slotKeyOf = ({ kind, memberKey }: Slot): string => `${kind}/${memberKey ?? ''}`

export type Uploads = {
  /** Under way or failed; undefined: neither. */
  of(slot: Slot): Upload | undefined
  /** May be called again with the same file after a failure. */
  start(slot: Slot, file: File): void
  isRunning: boolean
}

/** Photos are sent as soon as they are taken; what fails is kept here to be tried again. */
export function useUploads(change: ChangeDraft): Uploads {
  const [uploads, setUploads] = useState<Readonly<Record<string, Upload>>>({})

  const run = async (slot: Slot, file: File): Promise<void> => {
    const key = slotKeyOf(slot)
    const put = (upload: Upload | undefined): void =>
      setUploads(({ [key]: _, ...others }) => (upload ? { ...others, [key]: upload } : others))
    const onProgress = (share: number): void => put({ file, isRunning: true, share, error: null })
    put({ file, isRunning: true, share: null, error: null })
    try {
      const { id, contentUrl, uploadedAt } = await uploadPhoto(file, { kind: slot.kind, onProgress })
      change((draft) => ({
        ...draft,
        photos: [...draft.photos.filter((photo) => slotKeyOf(photo) !== key), { ...slot, id, contentUrl, uploadedAt }],
      }))
      put(undefined)
    } catch (error) {
      put({ file, isRunning: false, share: null, error })
    }
  }

  return {
    of: (slot) => uploads[slotKeyOf(slot)],
    start: (slot, file) => void run(slot, file),
    isRunning: Object.values(uploads).some(({ isRunning }) => isRunning),
  }
}
