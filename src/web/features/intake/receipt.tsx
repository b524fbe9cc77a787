import type { ReceiptView } from '../../../contracts/api/receipts.ts'
import { useTimes } from '../../lib/time.ts'
import type { Paper } from './remembered.ts'
import { useIntakeText } from './texts.ts'

/** The paper decides its page: a printer is not to shrink a roll onto A4. */
const PAGES: Record<Paper, string> = {
  a6: '@page { size: 105mm 148mm; margin: 4mm }',
  thermal: '@page { size: 80mm 200mm; margin: 3mm }',
}

function Qr({ svg, alt }: { svg: string; alt: string }) {
  return <img className="receipt-qr" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={alt} />
}

/** What the family takes home, black on white in every theme, as it is printed. Nobody's name and no number of a person. */
export function Receipt({ receipt, paper }: { receipt: ReceiptView; paper: Paper }) {
  const t = useIntakeText()
  const times = useTimes()
  return (
    <section className="receipt" data-paper={paper} aria-label={t('receipt.title')}>
      <style>{PAGES[paper]}</style>
      <h2>{t('receipt.title')}</h2>
      <p className="receipt-number">{receipt.receiptNumber}</p>
      <p>
        {receipt.officeName}
        <br />
        {times.date(receipt.submittedOn)}
      </p>
      <div className="receipt-codes">
        <figure>
          <Qr svg={receipt.statusQrSvg} alt={t('receipt.status.alt')} />
          <figcaption>{t('receipt.status')}</figcaption>
        </figure>
        {receipt.whatsappQrSvg !== null && (
          <figure>
            <Qr svg={receipt.whatsappQrSvg} alt={t('receipt.whatsapp.alt')} />
            <figcaption>{t('receipt.whatsapp')}</figcaption>
          </figure>
        )}
      </div>
      <p className="receipt-small">{receipt.statusUrl}</p>
      <p className="receipt-small">{t('receipt.note')}</p>
    </section>
  )
}
