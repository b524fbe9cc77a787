import { listTemplatesToSubmit, type TemplateToSubmit } from './notice-template.domain.ts'

/** To be replaced: Meta gives the handle to whoever uploads an example of the picture, and knows it for a while only. */
const HANDLE_TO_WRITE = 'HANDLE_OF_AN_UPLOADED_EXAMPLE'

/** As the creation call of the templates' interface takes it. */
function toRequest({ name, category, language, header, body, examples }: TemplateToSubmit) {
  const picture = { type: 'HEADER', format: header, example: { header_handle: [HANDLE_TO_WRITE] } }
  const text = { type: 'BODY', text: body, example: { body_text: [examples] } }
  return { name, category, language, components: header === undefined ? [text] : [picture, text] }
}

/**
 * `whatsapp templates`: what to submit to Meta for approval before the official interface is used; `--json`: one creation request for each,
 * in one list. `withPicture`: also the receipt under a picture. Needs no database.
 */
export function runTemplatesCommand(
  args: readonly string[],
  { withPicture, print }: { withPicture: boolean; print: (line: string) => void },
): void {
  const templates = listTemplatesToSubmit({ withPicture })
  if (args.includes('--json')) return print(JSON.stringify(templates.map(toRequest), null, 2))
  for (const { name, category, language, header, body, examples } of templates) {
    print(`${name}\t${category}\t${language}`)
    if (header !== undefined) print(`HEADER\t${header}`)
    print(body)
    for (const [index, example] of examples.entries()) print(`{{${index + 1}}}\t${example}`)
    print('')
  }
}
