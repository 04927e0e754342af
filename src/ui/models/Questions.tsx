import type { Field } from './unknownFields';
import styles from './Models.module.css';

/** Fields for what neither a file nor a recipe tells. */
export function Questions({
  fields,
  values,
  onChange,
}: {
  fields: readonly Field[];
  values: Readonly<Record<string, string>>;
  onChange: (id: string, value: string) => void;
}) {
  return fields.map((field) => {
    const value = values[field.id] ?? field.suggestion;
    const suggested = field.suggestion !== '' && values[field.id] === undefined;
    const wrong = value !== '' && field.read(value) === null;
    return (
      <label key={field.id} className={styles.field}>
        <span>
          {field.label}
          {suggested && <em> suggested</em>}
          {wrong && <em data-wrong="true"> will not do</em>}
        </span>
        {field.choices === null ? (
          <input
            type="text"
            inputMode={field.id.endsWith('classes') ? 'text' : 'decimal'}
            value={value}
            aria-invalid={wrong}
            onChange={(event) => onChange(field.id, event.currentTarget.value)}
          />
        ) : (
          <select value={value} onChange={(event) => onChange(field.id, event.currentTarget.value)}>
            <option value="">unknown</option>
            {field.choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.text}
              </option>
            ))}
          </select>
        )}
      </label>
    );
  });
}
