/** A multipart form as a browser sends it; the file under a name that says too much. */
export async function makeUploadForm(
  fields: Record<string, string>,
  file?: Buffer,
  name = 'KTP 3274014505900001.jpg',
): Promise<{ payload: Buffer; headers: { 'content-type': string } }> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  if (file) form.set('file', new Blob([Uint8Array.from(file)]), name)
  const request = new Request('http://form.invalid', { method: 'POST', body: form })
  return {
    payload: Buffer.from(await request.arrayBuffer()),
    headers: { 'content-type': request.headers.get('content-type') ?? '' },
  }
}
