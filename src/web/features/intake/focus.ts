/** Fields and buttons of the way through the form; `data-aside`: what is done now and then is reached with the tab key alone. */
const FIELDS = 'input:not([type="file"]):not([type="hidden"]), select, textarea, button:not([data-aside])'

/** The field after this one, as the tab key would find it. */
export function focusNext(form: HTMLFormElement, from: HTMLElement): void {
  const fields = [...form.querySelectorAll<HTMLInputElement>(FIELDS)].filter(
    (field) => !field.disabled && field.tabIndex >= 0 && field.checkVisibility(),
  )
  const next = fields[fields.findIndex((field) => field === from) + 1]
  next?.focus()
  if (next?.matches('input:not([type="checkbox"])')) next.select()
}

/** The NIK of the member at a position. */
export function focusMember(position: number): void {
  document.querySelector<HTMLElement>(`[data-member="${position}"] input`)?.focus()
}
