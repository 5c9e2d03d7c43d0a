/** Values by key, made when first asked for; of more than `limit` the one that was asked for longest ago is dropped. */
export function recent<K, V>(limit: number, make: (key: K) => V): (key: K) => V {
  const values = new Map<K, V>();
  return (key) => {
    const value = values.has(key) ? values.get(key)! : make(key);
    values.delete(key); // a Map keeps the order of insertion
    values.set(key, value);
    if (values.size > limit) values.delete(values.keys().next().value!);
    return value;
  };
}
