// What an agent of a contact centre may decide on: authorities, single services, and the other centres they may look into.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';

export interface Rights { authorities: string[]; services: string[]; sites: string[] }
export const NO_RIGHTS: Rights = { authorities: [], services: [], sites: [] };

interface Option { id: string; name: string; more?: string }
export type Choices = Record<keyof Rights, Option[]>;
interface Contact { services: { id: string; name: string; authority: string; authority_name?: string }[]; sites: { id: string; name: string; address?: string }[] }

/** What there is to have a right to; empty until it is known. */
export function useChoices(language: string): Choices | undefined {
  const [choices, set] = useState<Choices>();
  useEffect(() => {
    let wanted = true;
    void get<Contact>('/contact').then((answer) => {
      if (!wanted || !answer.ok) return;
      const authorities = new Map(answer.data.services.map((each) => [each.authority, each.authority_name ?? each.authority]));
      set({ authorities: [...authorities].map(([id, name]) => ({ id, name })), services: answer.data.services.map((each) => ({ id: each.id, name: each.name, more: each.authority_name ?? each.authority })),
        sites: answer.data.sites.map((each) => ({ id: each.id, name: each.name, ...(each.address ? { more: each.address } : {}) })) });
    });
    return () => { wanted = false; };
  }, [language]);
  return choices;
}

const PARTS = ['authorities', 'services', 'sites'] as const;

/** "Nordhavn Kommune · Pas · Sydby"; nothing allowed is said as such. */
export function rights_said(rights: Rights, choices: Choices | undefined): string {
  return PARTS.flatMap((part) => rights[part].map((id) => choices?.[part].find((each) => each.id === id)?.name ?? id)).join(' · ');
}

/** A service of an authority that is allowed as a whole is allowed with it. */
export function RightsFields({ rights, change, choices }: { rights: Rights; change: (rights: Rights) => void; choices: Choices | undefined }): JSX.Element {
  const texts = useTexts();
  const services = choices?.services.filter((each) => !rights.authorities.some((id) => choices.authorities.find((one) => one.id === id)?.name === each.more)) ?? [];
  const toggle = (part: keyof Rights, id: string): void => change({ ...rights, [part]: rights[part].includes(id) ? rights[part].filter((each) => each !== id) : [...rights[part], id] });
  const options = (part: keyof Rights): Option[] => (part === 'services' ? services : choices?.[part] ?? []);
  return (
    <div class="rights">
      <p class="quiet"><T k="ui.access.rights.about" /></p>
      {PARTS.filter((part) => options(part).length > 0).map((part) => (
        <fieldset key={part}><legend><T k={`ui.access.rights.${part}` as Key} /></legend>
          {options(part).map((each) => (
            <label key={each.id}><input type="checkbox" name={`${part}-${each.id}`} checked={rights[part].includes(each.id)} onChange={() => toggle(part, each.id)} />
              <span>{each.name}{each.more && <small> {each.more}</small>}</span></label>))}
        </fieldset>))}
      {choices && choices.sites.length === 0 && <p class="quiet"><T k="ui.access.rights.no_sites" /></p>}
      {!choices && <p class="quiet" role="status">{texts.t('ui.office.loading')}</p>}
    </div>
  );
}

/** In the row of an agent: what they may, and a form to change it. */
export function RowRights({ name, rights, choices, busy, save }: { name: string; rights: Rights; choices: Choices | undefined; busy: boolean; save: (rights: Rights) => Promise<boolean> }): JSX.Element {
  const [draft, edit] = useState<Rights>();
  const said = rights_said(rights, choices);
  if (!draft) {
    return (
      <div class="has"><small>{said || <T k="ui.access.rights.nothing" />}</small>
        <button type="button" class="line" disabled={busy || !choices} onClick={() => edit(rights)}><T k="ui.access.rights.change" /><span class="sr"> {name}</span></button></div>
    );
  }
  return (
    <form class="has new" onSubmit={(event) => { event.preventDefault(); void save(draft).then((done) => { if (done) edit(undefined); }); }}>
      <RightsFields rights={draft} change={edit} choices={choices} />
      <button type="submit" class="primary" disabled={busy}><T k="ui.access.rights.save" /></button>
      <button type="button" class="line" onClick={() => edit(undefined)}><T k="ui.access.keep" /></button>
    </form>
  );
}
