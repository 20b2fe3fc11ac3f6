// Who manages this market, as what; invitations by phone; roles of the market's own.
import { Button, Checkbox, Group, Select, SimpleGrid, Skeleton, Text, TextInput } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { answer, api, type Schemas } from "../api";
import { day } from "../format";
import { useQuestion } from "../kit/confirm";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { State } from "../kit/state";
import { List } from "../kit/table";
import { speak, wordFor } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { permissionWords, roleWords } from "./permission_words";

type Member = Schemas["StaffMember"];
type Role = Schemas["RoleView"];

const own = speak({
  invite: ["Invite", "Пригласить", "Чакыруу"],
  inviteText: [
    "The rights are there at the first log-in with a code from an SMS.",
    "Права появятся при первом входе по коду из SMS.",
    "Укуктар SMS коду менен биринчи жолу киргенде берилет.",
  ],
  phone: ["Phone", "Телефон", "Телефон"],
  fullName: ["Name", "Имя", "Аты"],
  role: ["Role", "Роль", "Ролу"],
  lastLogin: ["Last seen", "Последний вход", "Акыркы кирүү"],
  invited: ["Invited", "Приглашение отправлено", "Чакырылды"],
  changeRole: ["Change role", "Сменить роль", "Ролун алмаштыруу"],
  takeAway: ["Take the rights away", "Забрать права", "Укуктарын алуу"],
  takeAwayText: ["At once, in this market only.", "Сразу и только на этом рынке.", "Дароо, ушул рынокто гана."],
  roles: ["Roles", "Роли", "Ролдор"],
  newRole: ["New role", "Новая роль", "Жаңы рол"],
  roleCode: ["Code (for good)", "Код (навсегда)", "Код (туруктуу)"],
  permissions: ["permissions", "прав", "укук"],
  builtIn: ["built in", "встроенная", "даяр"],
  none: ["Nobody yet", "Пока никого", "Азырынча эч ким жок"],
});

export default function Staff() {
  const { market, may } = useRights();
  const mayWrite = may("staff.write");
  const [dialog, setDialog] = useState<{ kind: "invite" } | { kind: "role"; member: Member }>();
  const { ask, dialog: question } = useQuestion();
  const { run } = useWork();
  const staff = useQuery({
    queryKey: key("staff"),
    queryFn: () => answer(api.GET("/api/v1/manager/staff", {})),
  });
  const roles = useQuery({ queryKey: key("roles"), queryFn: () => answer(api.GET("/api/v1/manager/roles", {})) });
  const takeAway = ({ id, phone, full_name }: Member) =>
    ask({
      title: `${own.takeAway}: ${full_name ?? phone}`,
      text: own.takeAwayText,
      submit: own.takeAway,
      act: () =>
        run(() => api.DELETE("/api/v1/manager/staff/{id}", { params: { path: { id } } }), {
          done: words.removed,
          changes: ["staff"],
        }),
    });
  const choices = (roles.data?.items ?? []).map(({ code, name, is_built_in }) => ({
    value: code,
    label: is_built_in ? wordFor(roleWords, code) : name,
  }));
  return (
    <Page
      title={words.staff}
      actions={mayWrite && <Button onClick={() => setDialog({ kind: "invite" })}>{own.invite}</Button>}
    >
      <div className="stack">
        <section className="card">
          <List
            label={words.staff}
            rows={staff.data?.items}
            error={staff.error}
            retry={staff.refetch}
            id={({ id }) => id}
            empty={<p>{own.none}</p>}
            columns={[
              {
                title: own.fullName,
                cell: ({ full_name, phone }) => (
                  <>
                    <b>{full_name ?? phone}</b>
                    <br />
                    <span className="quiet small">{phone}</span>
                  </>
                ),
              },
              { title: own.role, cell: ({ role }) => roleName(role, roles.data?.items) },
              { title: words.status, cell: ({ state }) => <State name={state} /> },
              {
                title: own.lastLogin,
                wideOnly: true,
                cell: ({ last_login }) => (last_login ? day(last_login, market?.time_zone) : "—"),
              },
              mayWrite && {
                title: "",
                cell: (member) => (
                  <Group gap={6} wrap="nowrap" justify="flex-end">
                    <Button size="compact-sm" variant="default" onClick={() => setDialog({ kind: "role", member })}>
                      {own.changeRole}
                    </Button>
                    <Button size="compact-sm" variant="default" onClick={() => takeAway(member)}>
                      {words.remove}
                    </Button>
                  </Group>
                ),
              },
            ]}
          />
        </section>
        <Roles roles={roles.data} mayWrite={mayWrite} />
      </div>
      {dialog?.kind === "invite" && <Invite roles={choices} onClose={() => setDialog(undefined)} />}
      {dialog?.kind === "role" && (
        <ChangeRole member={dialog.member} roles={choices} onClose={() => setDialog(undefined)} />
      )}
      {question}
    </Page>
  );
}

function roleName(code: string, roles: Role[] = []): string {
  const role = roles.find((each) => each.code === code);
  return role && !role.is_built_in ? role.name : wordFor(roleWords, code);
}

type Choice = { value: string; label: string };

function Invite({ roles, onClose }: { roles: Choice[]; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ phone: "", full_name: "", role: null as string | null });
  const wish = useRef(randomUuid());
  const { phone, full_name, role } = fields.values;
  const send = () =>
    run(
      () =>
        api.POST("/api/v1/manager/staff", {
          params: { header: { "Idempotency-Key": wish.current } },
          body: { phone: phone.trim(), full_name: full_name.trim() || null, role: role ?? "" },
        }),
      { done: own.invited, changes: ["staff"], fields: fields.setMistakes },
    );
  return (
    <FormDialog title={own.invite} text={own.inviteText} isOpen onClose={onClose} onSubmit={send} submit={own.invite}>
      <TextInput label={own.phone} type="tel" required data-autofocus {...fields.text("phone")} />
      <TextInput label={own.fullName} maxLength={100} {...fields.text("full_name")} />
      <Select label={own.role} required data={roles} {...fields.choice("role")} />
    </FormDialog>
  );
}

function ChangeRole({ member, roles, onClose }: { member: Member; roles: Choice[]; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ role: member.role as string | null });
  const put = (role: string) =>
    run(() => api.PUT("/api/v1/manager/staff/{id}", { params: { path: { id: member.id } }, body: { role } }), {
      done: words.saved,
      changes: ["staff"],
      fields: fields.setMistakes,
      undo: role === member.role ? undefined : () => void put(member.role),
    });
  return (
    <FormDialog
      title={`${own.changeRole}: ${member.full_name ?? member.phone}`}
      isOpen
      onClose={onClose}
      onSubmit={() => put(fields.values.role ?? "")}
      submit={words.save}
    >
      <Select label={own.role} required data={roles} {...fields.choice("role")} data-autofocus />
    </FormDialog>
  );
}

function Roles({ roles, mayWrite }: { roles: Schemas["RoleList"] | undefined; mayWrite: boolean }) {
  const [edited, setEdited] = useState<Role | "new">();
  const { ask, dialog } = useQuestion();
  const { run } = useWork();
  if (!roles) return <Skeleton h={200} />;
  const remove = ({ code, name }: Role) =>
    ask({
      title: `${words.remove}: ${name}`,
      act: () =>
        run(() => api.DELETE("/api/v1/manager/roles/{code}", { params: { path: { code } } }), {
          done: words.removed,
          changes: ["roles"],
        }),
    });
  return (
    <section className="card">
      <div className="card-head">
        <h2>{own.roles}</h2>
        {mayWrite && (
          <Button size="xs" variant="default" onClick={() => setEdited("new")}>
            {own.newRole}
          </Button>
        )}
      </div>
      <div className="card-body">
        <ul className="lines plain">
          {roles.items.map((role) => (
            <li key={role.code}>
              <div>
                <b>{role.is_built_in ? wordFor(roleWords, role.code) : role.name}</b>{" "}
                <span className="quiet small">{role.is_built_in ? own.builtIn : role.code}</span>
                <details className="quiet small">
                  <summary>
                    {role.permissions.length} {own.permissions}
                  </summary>
                  {role.permissions.map((permission) => wordFor(permissionWords, permission)).join(" · ")}
                </details>
              </div>
              {mayWrite && !role.is_built_in && (
                <Group gap={6} wrap="nowrap">
                  <Button size="compact-sm" variant="default" onClick={() => setEdited(role)}>
                    {words.edit}
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={() => remove(role)}>
                    {words.remove}
                  </Button>
                </Group>
              )}
            </li>
          ))}
        </ul>
      </div>
      {edited && (
        <EditRole
          role={edited === "new" ? undefined : edited}
          permissions={roles.permissions}
          onClose={() => setEdited(undefined)}
        />
      )}
      {dialog}
    </section>
  );
}

function EditRole(props: { role: Role | undefined; permissions: string[]; onClose: () => void }) {
  const { role, permissions, onClose } = props;
  const { run } = useWork();
  const fields = useFields({ code: role?.code ?? "", name: role?.name ?? "", permissions: role?.permissions ?? [] });
  const { code, name } = fields.values;
  const send = () =>
    run(
      () =>
        api.PUT("/api/v1/manager/roles/{code}", {
          params: { path: { code: code.trim() } },
          body: { name, permissions: fields.values.permissions, version: role?.version ?? null },
        }),
      { done: words.saved, changes: ["roles"], fields: fields.setMistakes },
    );
  return (
    <FormDialog
      title={role ? role.name : own.newRole}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
      size="lg"
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={words.name} required maxLength={100} data-autofocus {...fields.text("name")} />
        <TextInput
          label={own.roleCode}
          required
          disabled={role !== undefined}
          pattern="[a-z0-9\-]+"
          {...fields.text("code")}
        />
      </SimpleGrid>
      <Checkbox.Group {...fields.choices("permissions")}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          {permissions.map((permission) => (
            <Checkbox key={permission} value={permission} label={wordFor(permissionWords, permission)} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      {fields.elsewhere("code", "name", "permissions") && (
        <Text size="sm" c="var(--sale)" role="alert">
          {fields.elsewhere("code", "name", "permissions")}
        </Text>
      )}
    </FormDialog>
  );
}
