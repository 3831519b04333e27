// How does a shell ask us what may stand at the cursor? One script per shell, which hands the words over and shows what
// comes back. The words themselves are not in it, so that it never grows old.

/** What the scripts call; not for people, and in no help. */
export const COMPLETE = "__complete";

export const SHELLS = ["bash", "zsh", "fish"] as const;

export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  // What is completed is what follows the last `:` or `=`, where these break words; so what stands before it is cut off.
  bash: `_factory_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} typed rest before value text
  local -a words
  read -a words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  typed=\${words[\${#words[@]}-1]} rest=\${words[\${#words[@]}-1]}
  [[ $COMP_WORDBREAKS == *:* ]] && rest=\${rest##*:}
  [[ $COMP_WORDBREAKS == *=* ]] && rest=\${rest##*=}
  before=\${typed%"$rest"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value text; do
    case $value in
      :files) compopt -o default 2> /dev/null ;;
      :folders) compopt -o dirnames 2> /dev/null ;;
      *) COMPREPLY+=("\${value#"$before"}") ;;
    esac
  done < <("\${words[0]}" ${COMPLETE} "\${words[@]:1}" 2> /dev/null)
}
complete -F _factory_complete factory
`,
  zsh: `#compdef factory
_factory() {
  local value text
  local -a typed described
  typed=("\${(@Q)words[2,CURRENT]}")
  typed[-1]=\${(Q)PREFIX}
  while IFS=$'\\t' read -r value text; do
    case $value in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      *) described+=("\${value//:/\\\\:}:$text") ;;
    esac
  done < <("\${(Q)words[1]}" ${COMPLETE} "\${(@)typed}" 2> /dev/null)
  _describe factory described
}
if [ "$funcstack[1]" = "_factory" ]; then _factory "$@"; else compdef _factory factory; fi
`,
  fish: `function __factory_complete
    set -l typed (commandline -ct)
    set -l words (commandline -opc)
    for line in ($words[1] ${COMPLETE} $words[2..-1] "$typed" 2> /dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$typed"
            case ':folders'
                __fish_complete_directories "$typed"
            case '*'
                echo $line
        end
    end
end
complete -c factory -f -a '(__factory_complete)'
`,
};
