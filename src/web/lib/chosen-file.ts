/** A file that was saved anew since it was chosen can no longer be read by the browser: no matter of the network. */
export class ChangedFile extends Error {}

/** Throws when a chosen file can no longer be read. */
export async function probeFile(chosen: File): Promise<void> {
  await chosen
    .slice(0, 1)
    .arrayBuffer()
    .catch((cause: unknown) => {
      throw new ChangedFile('the file has changed', { cause })
    })
}
