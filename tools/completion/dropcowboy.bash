# bash completion of the command-line tool; a test holds it against the tool's --help.
_dropcowboy() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} words
  local account="--team-id --secret --base-url"
  local call="--dry-run $account --proxy --ca-file --native-store"

  if [[ $COMP_CWORD -eq 1 ]]; then
    words="send-rvm send-sms validate contact-list-create contact-list-get contact-list-rename
      contact-list-delete contact-list-append config doctor brands recordings media pools simulate listen
      decode help --help --version"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  case $previous in
    --json | --csv | --ca-file) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --audio-type) mapfile -t COMPREPLY < <(compgen -W "mp3 wav" -- "$current"); return ;;
    --separator) mapfile -t COMPREPLY < <(compgen -W "comma semicolon tab pipe" -- "$current"); return ;;
    --privacy) mapfile -t COMPREPLY < <(compgen -W "off full" -- "$current"); return ;;
    --api-allowed | --use-default-route) mapfile -t COMPREPLY < <(compgen -W "true false" -- "$current"); return ;;
  esac
  case $command in
    send-rvm) words="$call --json --brand-id --phone-number --recording-id --audio-url --audio-type
      --voice-id --tts-body --forwarding-number --phone-ivr-id --pool-id --caller-id --byoc
      --use-default-route --foreign-id --privacy --postal-code --callback-url --status-format" ;;
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
    listen) words="--port --webhook-secret" ;;
    decode) words="" ;;
    *) return ;;
  esac
  if [[ $current == -* || $command != validate && $command != decode ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words --help" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _dropcowboy dropcowboy
