// The frame of the back office: head with the market, menu by rights, the page, palette and shortcuts.
import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Kbd,
  Menu,
  NavLink,
  ScrollArea,
  Skeleton,
  Text,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { IconBuildingStore, IconLogout, IconSearch, IconUser } from "@tabler/icons-react";
import { Suspense, useEffect } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { Boundary } from "./boundary";
import { Empty } from "./kit/empty";
import { MarketSwitcher } from "./market_switcher";
import { type Page, pages } from "./pages";
import { Palette } from "./palette";
import { LanguageMenu, SchemeMenu, useTokensInScheme } from "./preferences";
import { type Rights, useRights } from "./rights";
import { logOut } from "./session";
import { Shortcuts } from "./shortcuts";
import { managedMarket } from "./market";
import { words } from "./words";

export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const rights = useRights();
  useTokensInScheme();
  useEffect(() => {
    document.documentElement.dataset.ready = "";
  }, []);
  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 232, breakpoint: "md", collapsed: { mobile: !isOpen } }}
        padding={0}
      >
        <AppShell.Header className="head">
          <Group h="100%" px="sm" gap="xs" wrap="nowrap" justify="space-between">
            <Group gap="xs" wrap="nowrap">
              <Burger opened={isOpen} onClick={toggle} hiddenFrom="md" size="sm" aria-label={words.menu} />
              <Link href="/" className="brand" onClick={close}>
                Marque
              </Link>
              <MarketSwitcher />
            </Group>
            <UnstyledButton className="find" onClick={spotlight.open} visibleFrom="sm">
              <IconSearch size={16} stroke={1.6} aria-hidden />
              <span>{words.palette}</span>
              <Kbd size="xs">Ctrl K</Kbd>
            </UnstyledButton>
            <Group gap={2} wrap="nowrap">
              <ActionIcon
                hiddenFrom="sm"
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={words.palette}
                onClick={spotlight.open}
              >
                <IconSearch size={20} stroke={1.6} />
              </ActionIcon>
              <Group gap={2} wrap="nowrap" visibleFrom="xs">
                <SchemeMenu />
                <LanguageMenu />
              </Group>
              <AccountMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className="side" aria-label={words.menu}>
          <ScrollArea type="auto" offsetScrollbars={false} className="side-scroll">
            <MenuOfPages rights={rights} onChoose={close} />
          </ScrollArea>
          <Group hiddenFrom="xs" p="xs" gap="xs">
            <SchemeMenu />
            <LanguageMenu />
          </Group>
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <CurrentPage key={managedMarket()} />
        </AppShell.Main>
      </AppShell>
      <Palette />
      <Shortcuts />
    </>
  );
}

function AccountMenu() {
  const { me } = useRights();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.account}>
          <IconUser size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.full_name ?? me.phone}
          <br />
          {me.full_name ? me.phone : null}
        </Menu.Label>
        <Menu.Item
          component="a"
          href={`/?market=${managedMarket()}`}
          target="_blank"
          leftSection={<IconBuildingStore size={16} stroke={1.6} />}
        >
          {words.toShop}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.6} />}
          onClick={() => void logOut(() => location.reload())}
        >
          {words.logOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function pagesOfMenu(rights: Rights): Page[] {
  return pages.filter(({ group, permission }) => group && rights.may(permission));
}

function MenuOfPages({ rights, onChoose }: { rights: Rights; onChoose: () => void }) {
  const [location] = useLocation();
  const shown = pagesOfMenu(rights);
  const groups = [...new Set(shown.map(({ group }) => group))];
  const isHere = ({ path }: Page) => (path === "/" ? location === "/" : location.startsWith(path));
  return groups.map((group) => (
    <div key={group} className="side-group">
      <Text size="xs" c="dimmed" px="sm" pb={4}>
        {group}
      </Text>
      {shown
        .filter((page) => page.group === group)
        .map((page) => (
          <NavLink
            key={page.path}
            component={Link}
            href={page.path}
            label={page.title}
            leftSection={page.icon ? <page.icon size={18} stroke={1.6} /> : null}
            active={isHere(page)}
            aria-current={isHere(page) ? "page" : undefined}
            onMouseEnter={() => void page.load()}
            onClick={onChoose}
          />
        ))}
    </div>
  ));
}

function CurrentPage() {
  const [location] = useLocation();
  return (
    <Boundary key={location}>
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          {pages.map((page) => (
            <Route key={page.path} path={page.path}>
              <Permitted page={page} />
            </Route>
          ))}
          <Route>
            <NotThere title={words.notFound} text={words.notFoundText} />
          </Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}

/** What one may not see is not opened by its address either; the server would refuse what it asks for anyway. */
function Permitted({ page }: { page: Page }) {
  const rights = useRights();
  useEffect(() => {
    document.title = `${page.title} · ${managedMarket().toUpperCase()} · Marque`;
  }, [page.title]);
  if (!rights.may(page.permission)) return <NotThere title={words.notAllowed} text={words.notAllowedText} />;
  return <page.component />;
}

function NotThere({ title, text }: { title: string; text: string }) {
  return (
    <div className="page">
      <h1 className="hidden">{title}</h1>
      <Empty title={title} text={text}>
        <Link href="/">{words.toStart}</Link>
      </Empty>
    </div>
  );
}

function PageSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <Skeleton h={28} w={200} mb="lg" />
      <Skeleton h={320} />
    </div>
  );
}

export function useIsPhone(): boolean {
  return useMediaQuery("(max-width: 48em)") ?? false;
}
