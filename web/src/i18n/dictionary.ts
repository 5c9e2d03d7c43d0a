/** The same keys with other words. Chinese has no singular, so `_one` is left out. */
export type Dictionary<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Dictionary<T[K]>;
};
