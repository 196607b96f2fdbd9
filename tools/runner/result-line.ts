/** The `key=value` part of a result line, in the order in which it is printed. */
export type Fields = Readonly<Record<string, string | number>>;

/**
 * `<command> <subject> key=value … [verdict]`. A value that holds a space or a quotation mark is written as a
 * JSON string, so that a line splits again without doubt.
 */
export function resultLine(command: string, subject: string, fields: Fields, verdict?: string): string {
  const parts = Object.entries(fields).map(([key, value]) => `${key}=${fieldValue(value)}`);
  return [command, subject, ...parts, ...(verdict === undefined ? [] : [verdict])].join(' ');
}

function fieldValue(value: string | number): string {
  const text = String(value);
  return text === '' || /[\s"]/u.test(text) ? JSON.stringify(text) : text;
}
