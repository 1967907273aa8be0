#!/bin/sh
# Write .env for docker-compose.yml, with passwords that nobody knows. Never overwrites.
#   sh infra/docker/new-env.sh            asks for the bot's token, or takes $BOT_TOKEN
#   sh infra/docker/new-env.sh --files    secrets into ./secrets, for docker-compose.secrets.yml
set -eu
umask 077
set -C # > fails where there is a file

fail() {
    echo "new-env: $1" >&2
    exit 1
}

# Letters and digits only: passwords stand in URLs.
password() {
    head -c 1000 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c 1-40
}

ask_token() {
    [ -t 0 ] || fail "BOT_TOKEN is not set; give the token that @BotFather gave you: BOT_TOKEN=... sh $0"
    trap 'stty echo' EXIT
    trap 'exit 1' INT TERM
    stty -echo
    printf 'The token that @BotFather gave you: ' >&2
    read -r BOT_TOKEN
    stty echo
    trap - EXIT INT TERM
    echo >&2
}

check_token() {
    printf '%s' "$BOT_TOKEN" | grep -Eqx '[0-9]+:[A-Za-z0-9_-]+' ||
        fail "BOT_TOKEN is not a bot token; @BotFather gives one such as 123456:ABC-DEF"
}

write_env() {
    cat >.env <<END
# Secrets of this installation; keep a copy where it is safe. docs/operations.md, "Rotate keys".
# More can be said here: the settings of .env.example, BIND, COMPOSE_FILE, COMPOSE_PROFILES.
$1
END
}

# Containers run under accounts of their own, to which the files must be readable: the folder is
# what keeps others on this machine out.
write_secret() {
    printf '%s' "$2" >"secrets/$1"
    chmod 444 "secrets/$1"
}

write_files() {
    mkdir secrets
    db=$(password)
    redis=$(password)
    write_secret bot_token "$BOT_TOKEN"
    write_secret postgres_password "$db"
    write_secret database_url "postgresql://analyticbot:$db@db:5432/analyticbot"
    write_secret redis_password "$redis"
    write_secret redis_url "redis://:$redis@redis:6379/0"
    write_secret flower_password "$(password)"
    write_secret grafana_password "$(password)"
}

cd "$(dirname "$0")/../.."
case "${1:-}" in
    "" | --files) ;;
    *) fail "how to call it: sh $0 [--files]" ;;
esac
[ ! -e .env ] || fail ".env is there already and stays as it is; move it away to get a new one"
[ "${1:-}" = "" ] || [ ! -e secrets ] || fail "./secrets is there already and stays as it is"
[ -n "${BOT_TOKEN:-}" ] || ask_token
check_token

if [ "${1:-}" = --files ]; then
    write_files
    write_env "COMPOSE_FILE=docker-compose.yml:docker-compose.secrets.yml
# These open nothing: Compose asks for them, the real ones are in ./secrets.
BOT_TOKEN=0:$(password)
POSTGRES_PASSWORD=$(password)
REDIS_PASSWORD=$(password)
FLOWER_PASSWORD=$(password)
GRAFANA_PASSWORD=$(password)
# This one is real, for docker-compose.rabbitmq.yml.
RABBITMQ_PASSWORD=$(password)"
    echo "Written: .env and ./secrets. Next: docker compose --profile full up -d"
else
    write_env "BOT_TOKEN=$BOT_TOKEN
POSTGRES_PASSWORD=$(password)
REDIS_PASSWORD=$(password)
RABBITMQ_PASSWORD=$(password)
FLOWER_PASSWORD=$(password)
GRAFANA_PASSWORD=$(password)"
    echo "Written: .env. Next: docker compose --profile full up -d"
fi
