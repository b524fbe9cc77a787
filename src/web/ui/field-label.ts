import { useFieldText } from './contract-texts.ts'
import { useTerms } from './terms/terms.ts'

/** A field of the API in people's words; "documents.ktp" and "address.street" by their last part. */
export function useFieldLabel(): (field: string) => string {
  const fields = useFieldText()
  const terms = useTerms()
  return (field) => {
    if (field === 'documents' || field.startsWith('documents.')) return terms(`field.${field}` as 'field.documents')
    return fields(`label.${field.split('.').at(-1) ?? field}` as 'label.nik')
  }
}
