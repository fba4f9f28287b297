# bash completion of the command-line tool; a test holds it against the tool's --help.
_dropcowboy_v2() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words
  local call="--dry-run --key --secret --base-url --proxy --ca-file --native-store"
  if [[ $COMP_CWORD -eq 3 ]]; then
    words="send-rvm send-sms send-saved doctor lines voices media media-upload webhooks webhook-create
      webhook-update webhook-delete webhook-rotate outbox --help --version"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  case $previous in
    --save | --secret-file | --ca-file) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --type) mapfile -t COMPREPLY < <(compgen -W "voice sms" -- "$current"); return ;;
    --sti-attestation) mapfile -t COMPREPLY < <(compgen -W "A B C" -- "$current"); return ;;
  esac
  if [[ $1 == outbox && $COMP_CWORD -eq 4 ]]; then
    words="add import run"
    [[ $current == -* ]] && words="--help"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  local message="--to --contact-id --phone-line-id --foreign-id --callback-url --extra-json --save"
  local rvm="--media-id --tts-body --voice-id --audio-url --caller-id --brand-id --postal-code
      --sti-orig-id --sti-attestation"
  local entry="${message/--save/} $rvm --outbox --team-id --json --not-before --expires --consent-source
      --consent-at --consent-proof"
  local command=$1
  [[ $1 == outbox ]] && command="outbox ${COMP_WORDS[4]}"
  case $command in
    send-rvm) words="$call $message $rvm" ;;
    "outbox add") words="$entry" ;;
    "outbox import") words="$entry --batch --separator --ignore" ;;
    "outbox run") words="${call/--dry-run/} --outbox --team-id --until-empty --until-idle --listen
      --callback-wait --accept-unauthenticated --consent-elsewhere --limit --max-unanswered" ;;
    send-sms) words="$call $message --body --media-urls --media-ids" ;;
    media-upload) words="$call --name" ;;
    send-saved | doctor | voices | webhooks) words="$call" ;;
    lines) words="$call --type" ;;
    media) words="$call --limit" ;;
    webhook-create) words="$call --url --events --name --secret-file" ;;
    webhook-update) words="$call --id --url --events --name" ;;
    webhook-delete) words="$call --id" ;;
    webhook-rotate) words="$call --id --secret-file" ;;
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words --help" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}

_dropcowboy() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} words
  local account="--team-id --secret --base-url"
  local call="--dry-run $account --proxy --ca-file --native-store"

  if [[ $command == --api && ${COMP_WORDS[2]} == v2 && $COMP_CWORD -gt 2 ]]; then
    _dropcowboy_v2 "${COMP_WORDS[3]}"
    return
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    words="send-rvm send-sms validate contact-list-create contact-list-get contact-list-rename
      contact-list-delete contact-list-append config doctor brands recordings media pools outbox simulate
      listen decode help --help --version --api"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  if [[ $command == outbox && $COMP_CWORD -eq 2 && $current != -* ]]; then
    words="add import run status list export permit suppress resend cancel release purge check adopt migrate"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  case $previous in
    --json | --csv | --ca-file | --outbox) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --audio-type) mapfile -t COMPREPLY < <(compgen -W "mp3 wav" -- "$current"); return ;;
    --separator) mapfile -t COMPREPLY < <(compgen -W "comma semicolon tab pipe" -- "$current"); return ;;
    --state) mapfile -t COMPREPLY < <(compgen -W "ready sending accepted unknown delivered failed
      opted_out refused held cancelled" -- "$current"); return ;;
    --api) mapfile -t COMPREPLY < <(compgen -W "v1 v2" -- "$current"); return ;;
    --privacy) mapfile -t COMPREPLY < <(compgen -W "off full" -- "$current"); return ;;
    --api-allowed | --use-default-route) mapfile -t COMPREPLY < <(compgen -W "true false" -- "$current"); return ;;
  esac
  local rvm="--json --brand-id --phone-number --recording-id --audio-url --audio-type
    --voice-id --tts-body --forwarding-number --phone-ivr-id --pool-id --caller-id --byoc
    --use-default-route --foreign-id --privacy --postal-code --callback-url --status-format"
  local box="--outbox --team-id"
  local entry="$rvm --not-before --expires --consent-source --consent-at --consent-proof"
  local query="--state --older-than --phone-number"
  [[ $command == outbox && $COMP_CWORD -gt 2 ]] && command="outbox ${COMP_WORDS[2]}"
  case $command in
    send-rvm) words="$call $rvm" ;;
    send-sms) words="$call --json --phone-number --caller-id --pool-id --sms-body --opt-in
      --foreign-id --callback-url" ;;
    validate) words="--sms" ;;
    contact-list-create) words="$call --name" ;;
    contact-list-get | contact-list-delete) words="$call --id" ;;
    contact-list-rename) words="$call --id --name" ;;
    contact-list-append) words="$call --id --csv --separator --fields --values --json --region --skip-rows" ;;
    config) words="$account" ;;
    doctor) words="$call --callback-url" ;;
    brands | media | pools) words="$call" ;;
    recordings) words="$call --api-allowed" ;;
    simulate) words="--port --any-credentials --strict --callback-delay --lose-callbacks" ;;
    listen) words="--port --page-port --webhook-secret" ;;
    decode) words="" ;;
    outbox) words="" ;;
    "outbox add") words="$box $entry" ;;
    "outbox import") words="$box $entry --batch --separator --ignore" ;;
    "outbox run") words="--outbox $account --proxy --ca-file --native-store --until-empty --until-idle
      --listen --callback-wait --accept-unauthenticated --consent-elsewhere --limit --max-unanswered" ;;
    "outbox list") words="$box $query --id --after --limit" ;;
    "outbox export") words="$box $query --csv" ;;
    "outbox permit") words="$box --csv --separator --source --at --proof --yes" ;;
    "outbox suppress") words="$box --csv --separator --source --at --proof" ;;
    "outbox resend") words="$box --new-id --who --yes" ;;
    "outbox release") words="$box --adopted --yes" ;;
    "outbox purge") words="$box --older-than --yes" ;;
    "outbox adopt") words="$box --yes" ;;
    "outbox status" | "outbox check" | "outbox cancel" | "outbox migrate") words="$box" ;;
    *) return ;;
  esac
  if [[ $current == -* || $command != validate && $command != decode && $command != "outbox import" ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words --help" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _dropcowboy dropcowboy
