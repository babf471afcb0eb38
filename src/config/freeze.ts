/** Nobody changes the configuration behind somebody else's back. */

/** Freezes objects, lists and maps all the way down. A URL keeps its setters; nobody has a reason to call them. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map) {
    for (const member of ['set', 'delete', 'clear']) Object.defineProperty(value, member, { value: refuse })
    for (const entry of value.values()) deepFreeze(entry)
  }
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
  return value
}

function refuse(): never {
  throw new TypeError('the configuration is frozen')
}
