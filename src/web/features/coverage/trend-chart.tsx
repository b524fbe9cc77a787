import type { Ref } from 'react'
import type { TrendResponse } from '../../../contracts/api/coverage.ts'
import { useCoverageText } from './texts.ts'
import { useFigureWords } from './words.ts'

// Small, so that its words can be read on a phone.
const WIDTH = 420
const HEIGHT = 280
const AREA = { left: 68, right: 12, top: 52, bottom: 32 }
const STEPS = 4
const LABELS_MAX = 5

type Point = { month: string; hundredths: number; index: number }
type Series = { name: 'coverage' | 'active'; points: Point[]; dash: string | undefined; color: string }

/** A sum that lacks regions is no fall: it is left out of the line, and marked in the table. */
export const isPartial = ({ flags }: TrendResponse['points'][number]): boolean =>
  flags.includes('registered_children_missing') || flags.includes('population_children_missing')

function seriesOf({ points }: TrendResponse): Series[] {
  const of = (read: (point: TrendResponse['points'][number]) => number | undefined): Point[] =>
    points.flatMap((point, index) => {
      const hundredths = isPartial(point) ? undefined : read(point)
      return hundredths === undefined ? [] : [{ month: point.month, hundredths, index }]
    })
  // The colours of the picture that is taken away; on the page the theme has its own.
  return [
    { name: 'coverage', points: of((point) => point.coverage?.hundredths), dash: undefined, color: '#0b5d4b' },
    { name: 'active', points: of((point) => point.activeRate?.hundredths), dash: '6 4', color: '#c2410c' },
  ]
}

/** Round numbers around what is shown, so that a change of a point can be seen. */
function rangeOf(values: readonly number[]): [number, number] {
  const step = 500
  const low = Math.floor(Math.min(...values) / step) * step
  const high = Math.ceil(Math.max(...values) / step) * step
  return low === high ? [Math.max(0, low - step), high + step] : [low, high]
}

/** Coverage and active rate month by month: two lines that differ by more than colour. Its table says the same. */
export function TrendChart({ trend, ref }: { trend: TrendResponse; ref: Ref<SVGSVGElement> }) {
  const t = useCoverageText()
  const words = useFigureWords()
  const series = seriesOf(trend).filter(({ points }) => points.length > 0)
  const values = series.flatMap(({ points }) => points.map(({ hundredths }) => hundredths))
  if (values.length === 0) return null
  const [low, high] = rangeOf(values)
  const last = Math.max(1, trend.points.length - 1)
  const x = (index: number): number => AREA.left + (index / last) * (WIDTH - AREA.left - AREA.right)
  const y = (value: number): number =>
    HEIGHT - AREA.bottom - ((value - low) / (high - low)) * (HEIGHT - AREA.top - AREA.bottom)
  const lines = Array.from({ length: STEPS + 1 }, (_, index) => Math.round(low + ((high - low) * index) / STEPS))
  const every = Math.ceil(trend.points.length / LABELS_MAX)
  return (
    <svg
      ref={ref}
      className="coverage-chart"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('trend.picture', { region: trend.region.name })}
      fontFamily="sans-serif"
      fontSize={14}
    >
      {lines.map((value) => (
        <g key={value}>
          <line x1={AREA.left} x2={WIDTH - AREA.right} y1={y(value)} y2={y(value)} stroke="#adb5bd" strokeWidth={0.5} />
          <text x={AREA.left - 6} y={y(value) + 4} textAnchor="end" fill="currentColor">
            {words.percent(value)}
          </text>
        </g>
      ))}
      {trend.points.map(({ month }, index) =>
        index % every === 0 ? (
          <text
            key={month}
            x={x(index)}
            y={HEIGHT - 10}
            textAnchor={index === last ? 'end' : 'middle'}
            fill="currentColor"
          >
            {words.shortMonth(month)}
          </text>
        ) : null,
      )}
      {series.map(({ name, points, dash, color }, position) => (
        <g key={name} stroke={color} data-series={name} fill="none" strokeWidth={2.5}>
          <polyline points={points.map((p) => `${x(p.index)},${y(p.hundredths)}`).join(' ')} strokeDasharray={dash} />
          {points.map((p) => (
            <circle key={p.month} cx={x(p.index)} cy={y(p.hundredths)} r={2.5} />
          ))}
          <line x1={8} x2={36} y1={14 + position * 20} y2={14 + position * 20} strokeDasharray={dash} />
          <text x={42} y={19 + position * 20} fill="currentColor" stroke="none">
            {t(`series.${name}`)}
          </text>
        </g>
      ))}
    </svg>
  )
}

const SCALE = 3

/** The chart as a picture: drawn again by the browser on white, three times as large as it stands. */
export async function toPicture(svg: SVGSVGElement): Promise<Blob> {
  const copy = svg.cloneNode(true) as SVGSVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(WIDTH * SCALE))
  copy.setAttribute('height', String(HEIGHT * SCALE))
  copy.setAttribute('color', '#17231d')
  const source = new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' })
  const url = URL.createObjectURL(source)
  try {
    const image = Object.assign(new Image(), { src: url })
    await image.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH * SCALE, height: HEIGHT * SCALE })
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0)
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}
