// Before a package is packed or published: only pnpm applies publishConfig. With another tool, the package would point at
// its TypeScript source, have no bin, and depend on "workspace:^".
const agent = process.env.npm_config_user_agent ?? '';
if (!agent.startsWith('pnpm/')) {
  console.error(`pack and publish with pnpm, which applies publishConfig; this is ${agent.split(' ')[0] || 'no package manager'}`);
  process.exitCode = 1;
}
