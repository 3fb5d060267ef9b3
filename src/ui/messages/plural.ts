/** Forms of a noun; `other` serves every category that a language has but the catalogue leaves out. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** Puts a number before the form of the noun that goes with it: "1 viewer", "12 viewers". */
export function counting(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  // No thousands separator: whoever reads the number at the start of the text must get all of it.
  return (count, forms) => `${count} ${forms[rules.select(count)] ?? forms.other}`;
}
