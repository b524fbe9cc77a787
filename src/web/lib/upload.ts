import { type Call, fillIn, readAnswer, withSession } from './call.ts'
import { currentLanguage } from './language.ts'
import { NoAnswer } from './problem.ts'

/** A line on which nothing has moved for so long is dead, however slow it was before. */
const STALLED_MS = 30_000
/** After the last byte: the server decodes the picture, or waits for its turn to. */
const ANSWER_MS = 60_000

type Content = FormData | Blob
type Options = {
  params?: Record<string, string>
  /** How much has gone out, from 0 to 1. */
  onProgress?: (share: number) => void
}
export type Upload<Answer> = Pick<Call<{ response: Answer }>, 'route'> &
  ((content: Content, options?: Options) => Promise<Answer>)

/** `fetch` does not tell how much has gone out. */
function send(method: string, path: string, content: Content, { params, onProgress }: Options): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const fail = (reason: string) => (): void => {
      clearTimeout(timer)
      reject(new NoAnswer(reason))
    }
    let timer: ReturnType<typeof setTimeout>
    const wait = (ms: number): void => {
      clearTimeout(timer)
      timer = setTimeout(() => request.abort(), ms)
    }
    request.upload.onprogress = ({ loaded, total }) => {
      wait(STALLED_MS)
      onProgress?.(total === 0 ? 0 : loaded / total)
    }
    request.upload.onload = () => wait(ANSWER_MS)
    request.onabort = fail('nothing moved')
    request.onerror = fail('no connection')
    request.onload = () => {
      clearTimeout(timer)
      const type = request.getResponseHeader('content-type') ?? ''
      resolve(new Response(request.responseText, { status: request.status, headers: { 'content-type': type } }))
    }
    request.open(method, fillIn(path, params))
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('accept-language', currentLanguage())
    wait(STALLED_MS)
    request.send(content)
  })
}

/** As `defineCall`, for a file, in a form or as its bare bytes with the type of the blob: takes as long as something moves, and tells how far it is. */
export function defineUpload<Answer>(method: 'POST' | 'PUT', path: string): Upload<Answer> {
  const call = (content: Content, options: Options = {}): Promise<Answer> =>
    withSession(async () => (await readAnswer(await send(method, path, content, options))) as Answer)
  return Object.assign(call, { route: `${method} ${path}` })
}
