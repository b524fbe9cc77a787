/** Why bytes did not become a picture. Nothing of the bytes is told, and no library's own words. */
export const PICTURE_FAULTS = ['unknown_kind', 'broken', 'too_many_pixels', 'too_slow', 'locked'] as const
export type PictureFaultCode = (typeof PICTURE_FAULTS)[number]

export class PictureFault extends Error {
  readonly code: PictureFaultCode

  constructor(code: PictureFaultCode, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause })
    this.name = 'PictureFault'
    this.code = code
  }
}
