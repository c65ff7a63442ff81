// What a screen reader is told, taken from the accessibility tree of Chromium.

const CONTROLS = ['textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'spinbutton', 'Date', 'button', 'link', 'image', 'img', 'Audio', 'DisclosureTriangle'];

// Every fault in words. `landmarks` are the roles that the page has once each.
export async function accessibilityFaults(page, landmarks) {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send('Accessibility.getFullAXTree');
  const charts = await chartsOf(client);
  await client.detach();
  const tree = new Tree(nodes);
  return [...headings(tree), ...marks(tree, landmarks), ...tables(tree), ...names(tree), ...pictures(tree, charts)];
}

class Tree {
  constructor(nodes) {
    this.byId = new Map(nodes.map((node) => [node.nodeId, node]));
    this.shown = nodes.filter((node) => !node.ignored);
  }

  of(...roles) {
    return this.shown.filter((node) => roles.includes(roleOf(node)));
  }

  below(node) {
    const children = (node.childIds ?? []).map((id) => this.byId.get(id)).filter(Boolean);
    return children.flatMap((child) => [child, ...this.below(child)]).filter((child) => !child.ignored);
  }
}

const roleOf = (node) => node.role?.value;
const nameOf = (node) => (node.name?.value ?? '').trim();
const levelOf = (node) => node.properties?.find(({ name }) => name === 'level')?.value.value;

function headings(tree) {
  const all = tree.of('heading');
  const tops = all.filter((node) => levelOf(node) === 1).length;
  const faults = tops === 1 ? [] : [`${tops} headings of level 1`];
  all.forEach((node, index) => {
    const before = index === 0 ? 0 : levelOf(all[index - 1]);
    if (levelOf(node) > before + 1) faults.push(`the heading "${nameOf(node)}" of level ${levelOf(node)} follows level ${before}`);
    if (!nameOf(node)) faults.push('a heading without words');
  });
  return faults;
}

function marks(tree, landmarks) {
  return ['main', 'banner', 'navigation'].flatMap((role) => {
    const expected = landmarks.includes(role) ? 1 : 0;
    const found = tree.of(role).length;
    return found === expected ? [] : [`${found} landmarks "${role}" in place of ${expected}`];
  });
}

function tables(tree) {
  return tree.of('table', 'grid').flatMap((table) => {
    const cells = tree.below(table).map(roleOf);
    const faults = nameOf(table) ? [] : ['a table without a caption'];
    if (!cells.includes('columnheader')) faults.push(`no heads of columns in the table "${nameOf(table)}"`);
    if (cells.some((role) => ['cell', 'gridcell'].includes(role)) && !cells.includes('rowheader')) faults.push(`no heads of rows in the table "${nameOf(table)}"`);
    return faults;
  });
}

function names(tree) {
  return tree.of(...CONTROLS).filter((node) => !nameOf(node)).map((node) => `a ${roleOf(node)} without a name`);
}

// Charts whose node in the tree has no name, or no node at all.
function pictures(tree, charts) {
  const named = new Set(tree.shown.filter(nameOf).map((node) => node.backendDOMNodeId));
  const silent = charts.filter((id) => !named.has(id)).length;
  return silent === 0 ? [] : [`${silent} of ${charts.length} charts without a name`];
}

// The nodes of the charts: every drawing of a figure that is not hidden from screen readers.
async function chartsOf(client) {
  const { root } = await client.send('DOM.getDocument', { depth: 0 });
  const { nodeIds } = await client.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: 'main figure svg:not([aria-hidden])' });
  const described = await Promise.all(nodeIds.map((nodeId) => client.send('DOM.describeNode', { nodeId })));
  return described.map(({ node }) => node.backendNodeId);
}
