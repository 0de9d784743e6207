#!/bin/sh
# exec: the CLI gets this process, so signals and exit codes are its own.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
exec node --import "$root/node_modules/tsx/dist/loader.mjs" "$root/packages/alloc-model/src/cli/main.ts" "$@"
