/** Small things that many of the staff's pages are made of. */
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Confirm } from '../../views/Confirm.tsx';
import type { Actions } from '../desk.ts';
import { troubleWords } from '../failures.ts';
import type { Model, Question } from '../model.ts';
import { DRAWINGS, type DrawingName } from './drawings.ts';

export interface PageProps {
  readonly model: Model;
  readonly actions: Actions;
}

export function Drawing({ name }: { readonly name: DrawingName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={DRAWINGS[name]} />
    </svg>
  );
}

interface ActProps {
  readonly label: string;
  readonly test: string;
  readonly icon?: DrawingName;
  /** `filled`: the one next action of the page. */
  readonly look?: 'filled' | 'plain' | 'stop' | undefined;
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
  readonly type?: 'submit';
  readonly title?: string;
  readonly onPress?: () => void;
}

export function Act({ label, test, icon, look, isBusy, isDisabled, isPressed, ...rest }: ActProps) {
  return (
    <button
      type={rest.type ?? 'button'}
      class={`button ${look ?? ''}`}
      data-testid={test}
      title={rest.title}
      // Who has it keeps the focus: what is busy is not gone.
      aria-disabled={isBusy}
      aria-busy={isBusy}
      aria-pressed={isPressed}
      disabled={isDisabled}
      onClick={(event) => {
        // A row takes presses beside its buttons for itself.
        event.stopPropagation();
        if (isBusy) event.preventDefault();
        else rest.onPress?.();
      }}
    >
      {icon && <Drawing name={icon} />}
      {label}
    </button>
  );
}

interface FieldProps {
  readonly label: string;
  readonly test: string;
  readonly value: string;
  readonly onType: (value: string) => void;
  readonly type?: 'text' | 'password' | 'tel' | 'date';
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly complete?: string;
  readonly inputMode?: 'numeric' | 'tel' | 'text';
  readonly isFirst?: boolean;
  readonly isRequired?: boolean;
  readonly spell?: false;
}

export function Field({ label, test, value, onType, hint, fault, ...how }: FieldProps) {
  const id = useId();
  const said = fault ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        data-testid={test}
        // The types of the elements forbid a union here.
        type={(how.type ?? 'text') as 'text'}
        value={value}
        autocomplete={how.complete ?? 'off'}
        autocapitalize={how.spell === false ? 'none' : undefined}
        spellcheck={how.spell}
        inputMode={how.inputMode}
        required={how.isRequired}
        // biome-ignore lint/a11y/noAutofocus: the form was asked for, and this is where it begins
        autoFocus={how.isFirst}
        aria-invalid={fault !== undefined}
        aria-describedby={said ? `${id}-said` : undefined}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      {said && (
        <small id={`${id}-said`} class={fault ? 'fault' : ''}>
          {said}
        </small>
      )}
    </div>
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface PickProps<Value extends string> {
  readonly label: string;
  readonly test: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly fault?: string | undefined;
  readonly onPick: (value: Value) => void;
}

export function Pick<Value extends string>(props: PickProps<Value>) {
  const id = useId();
  const { label, test, value, choices, fault, onPick } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        data-testid={test}
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={fault ? `${id}-said` : undefined}
        onChange={(event) => onPick(event.currentTarget.value as Value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === value}>
            {choice.label}
          </option>
        ))}
      </select>
      {fault && (
        <small id={`${id}-said`} class="fault">
          {fault}
        </small>
      )}
    </div>
  );
}

/** A password, which can be looked at: who types it twice wrong does not see why. */
export function Secret(props: Omit<FieldProps, 'type'> & { readonly show: string }) {
  const [isShown, show] = useState(false);
  return (
    <>
      <Field {...props} type={isShown ? 'text' : 'password'} spell={false} />
      <label class="tick">
        <input
          type="checkbox"
          checked={isShown}
          onChange={(event) => show(event.currentTarget.checked)}
        />
        {props.show}
      </label>
    </>
  );
}

interface TroubleProps extends Pick<PageProps, 'model'> {
  /** Only what went wrong with this. */
  readonly of?: string;
  /** Not what has a place of its own on this page. */
  readonly butOf?: string;
}

/** Why the last thing was not done. */
export function TroubleView({ model, of, butOf }: TroubleProps) {
  const last = model.trouble.value;
  const isOurs = of === undefined ? butOf === undefined || last?.of !== butOf : last?.of === of;
  const trouble = isOurs ? last : undefined;
  return (
    <div role="alert" class="alert">
      {trouble && (
        <p class="trouble" data-testid="trouble" data-code={trouble.code}>
          <Drawing name="warning" />
          {troubleWords(trouble, model.words.value)}
        </p>
      )}
    </div>
  );
}

interface CopyProps extends PageProps {
  readonly text: string;
  readonly label?: string;
  readonly test: string;
}

/** Says that it was done where it was pressed. */
export function Copy({ model, actions, text, label, test }: CopyProps) {
  const { frame } = model.words.value;
  const [isCopied, setCopied] = useState(false);
  return (
    <Act
      test={test}
      icon={isCopied ? 'check' : 'copy'}
      label={isCopied ? frame.copied : (label ?? frame.copy)}
      onPress={() =>
        void actions.copy(text).then(() => {
          setCopied(true);
          model.announced.value = frame.copied;
        })
      }
    />
  );
}

interface AskedProps extends PageProps {
  readonly kind: Question['kind'];
  readonly about?: string;
  readonly label: string;
  readonly question: string;
  readonly hint?: string;
  readonly yes: string;
  readonly onYes: () => void;
}

/** A button, and in its place the question once it was pressed. */
export function Asked({ model, actions, kind, about = '', label, ...asked }: AskedProps) {
  const open = model.question.value;
  const test = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (open?.kind !== kind || open.about !== about) {
    return <Act test={test} label={label} onPress={() => actions.ask({ kind, about })} />;
  }
  return (
    <Confirm
      test={test}
      question={asked.question}
      {...(asked.hint === undefined ? {} : { hint: asked.hint })}
      yes={asked.yes}
      no={model.words.value.frame.no}
      onYes={asked.onYes}
      onNo={() => actions.ask(undefined)}
    />
  );
}

/** Nothing there, and what comes here. */
export function Nothing({ what, how }: { readonly what: string; readonly how?: string }) {
  return (
    <div class="nothing">
      <p>
        <b>{what}</b>
      </p>
      {how && <p>{how}</p>}
    </div>
  );
}

export function Loading({ model }: Pick<PageProps, 'model'>) {
  return (
    <p class="loading" role="status">
      {model.words.value.frame.loading}
    </p>
  );
}

interface SheetProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly test: string;
}

/** A part of a page with its heading. */
export function Sheet({ title, children, test }: SheetProps) {
  return (
    <section class="sheet" aria-label={title} data-testid={test}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
