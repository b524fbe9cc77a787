const PREFIX_MAX = 4
const PREFIX_WEIGHT = 0.1

/**
 * Jaro-Winkler similarity of two words, 0 to 1: made for short names, kind to swapped neighbours and to slips after the
 * first letters. Written here because the packages that offer it are unmaintained and this is all of it.
 */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return left.length === 0 ? 0 : 1
  const reach = Math.max(0, Math.floor(Math.max(left.length, right.length) / 2) - 1)
  const taken = new Array<boolean>(right.length).fill(false)
  const leftMatches: string[] = []
  for (let i = 0; i < left.length; i += 1) {
    const letter = left.charAt(i)
    const end = Math.min(right.length - 1, i + reach)
    for (let j = Math.max(0, i - reach); j <= end; j += 1) {
      if (taken[j] || right.charAt(j) !== letter) continue
      taken[j] = true
      leftMatches.push(letter)
      break
    }
  }
  const matches = leftMatches.length
  if (matches === 0) return 0
  let outOfOrder = 0
  let next = 0
  for (let j = 0; j < right.length; j += 1) {
    if (!taken[j]) continue
    if (right.charAt(j) !== leftMatches[next]) outOfOrder += 1
    next += 1
  }
  const jaro = (matches / left.length + matches / right.length + (matches - outOfOrder / 2) / matches) / 3
  let prefix = 0
  while (prefix < PREFIX_MAX && left.charAt(prefix) !== '' && left.charAt(prefix) === right.charAt(prefix)) prefix += 1
  return jaro + prefix * PREFIX_WEIGHT * (1 - jaro)
}
