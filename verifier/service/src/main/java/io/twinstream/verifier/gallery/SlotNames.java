package io.twinstream.verifier.gallery;

import io.twinstream.schemas.topic.ReferenceKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

/**
 * Keeps who stands in which slot, for both ways of asking: a reference's name by its slot, and slots in the order of their names,
 * which is that of the subjects and then of the references. Not safe for threads, but for reading alone.
 *
 * <p>A slot is a reference's from its enrolment to its erasure; then it is free, and the next reference's.
 *
 * <p>Maintainers: a name is one text, {@code subject/reference}, and the order is kept in runs of slots, since objects for
 * each reference would take as much memory as a fifth of its embedding. A change moves a run at most.
 */
final class SlotNames {
    private static final int MOST = 256;

    private static final String FREE = "";

    /** The names by slot; a free slot has an empty one. */
    private final List<String> names = new ArrayList<>();

    private final Deque<Integer> free = new ArrayDeque<>();

    /** Runs of slots, each sorted by name and not empty, and before the next. */
    private final List<int[]> runs = new ArrayList<>();

    /** The first name of each run, where a search finds it without looking for run and slot. */
    private final List<String> firsts = new ArrayList<>();

    private int subjects;

    int subjects() {
        return subjects;
    }

    /** References named. */
    int size() {
        return names.size() - free.size();
    }

    /** True if the slot is a reference's. */
    boolean holds(int slot) {
        return !names.get(slot).equals(FREE);
    }

    ReferenceKey key(int slot) {
        return ReferenceKey.parse(names.get(slot));
    }

    /** The slot, or -1 if there is no such reference. */
    int slot(ReferenceKey key) {
        String name = key.name();
        int run = run(name);
        if (run < 0) {
            return -1;
        }
        int[] slots = runs.get(run);
        int place = place(slots, name);
        return place < slots.length && names.get(slots[place]).equals(name) ? slots[place] : -1;
    }

    /** The reference's slot: the one that it has, a free one or the next. */
    int put(ReferenceKey key) {
        String name = key.name();
        int run = Math.max(0, run(name));
        int[] slots = runs.isEmpty() ? new int[0] : runs.get(run);
        int place = place(slots, name);
        if (place < slots.length && names.get(slots[place]).equals(name)) {
            return slots[place];
        }
        String start = key.subjectId() + ReferenceKey.SLASH;
        subjects += isOf(start, run, place - 1) || isOf(start, run, place) ? 0 : 1;
        int slot = free.isEmpty() ? names.size() : free.pop();
        if (slot == names.size()) {
            names.add(name);
        } else {
            names.set(slot, name);
        }
        insert(run, slots, place, slot);
        return slot;
    }

    private void insert(int run, int[] slots, int place, int slot) {
        int[] longer = Arrays.copyOf(slots, slots.length + 1);
        System.arraycopy(slots, place, longer, place + 1, slots.length - place);
        longer[place] = slot;
        if (runs.isEmpty()) {
            addRun(0, longer);
        } else if (longer.length <= MOST) {
            setRun(run, longer);
        } else {
            setRun(run, Arrays.copyOf(longer, MOST / 2));
            addRun(run + 1, Arrays.copyOfRange(longer, MOST / 2, longer.length));
        }
    }

    private void addRun(int run, int[] slots) {
        runs.add(run, slots);
        firsts.add(run, names.get(slots[0]));
    }

    private void setRun(int run, int[] slots) {
        runs.set(run, slots);
        firsts.set(run, names.get(slots[0]));
    }

    private int[] removeRun(int run) {
        firsts.remove(run);
        return runs.remove(run);
    }

    /** Forgets a reference and returns the slot that it had; -1 if there is no such reference. */
    int erase(ReferenceKey key) {
        String name = key.name();
        int run = run(name);
        int place = run < 0 ? 0 : place(runs.get(run), name);
        if (run < 0
                || place == runs.get(run).length
                || !names.get(runs.get(run)[place]).equals(name)) {
            return -1;
        }
        int slot = runs.get(run)[place];
        String start = key.subjectId() + ReferenceKey.SLASH;
        subjects -= isOf(start, run, place - 1) || isOf(start, run, place + 1) ? 0 : 1;
        remove(run, place);
        names.set(slot, FREE);
        free.push(slot);
        return slot;
    }

    /** True if the name at a place of a run, or at the end of the run beside it, begins so. */
    private boolean isOf(String start, int run, int place) {
        int inRun = place < 0 ? run - 1 : run < runs.size() && place == runs.get(run).length ? run + 1 : run;
        if (inRun < 0 || inRun >= runs.size()) {
            return false;
        }
        int[] slots = runs.get(inRun);
        int at = inRun < run ? slots.length - 1 : inRun > run ? 0 : place;
        return names.get(slots[at]).startsWith(start);
    }

    /** A subject's, in the order of the references. */
    List<Integer> slots(String subject) {
        String start = subject + ReferenceKey.SLASH;
        return from(start)
                .boxed()
                .takeWhile(slot -> names.get(slot).startsWith(start))
                .toList();
    }

    /** Subjects whose ids begin with a prefix and lie behind another, in order. */
    List<EnrolledSubject> page(String prefix, String after, int limit) {
        // the slash comes before anything, so all references of a subject lie before its id and any other character
        String start = after.compareTo(prefix) >= 0 ? after + Character.MIN_VALUE : prefix;
        Map<String, List<String>> page = new LinkedHashMap<>();
        PrimitiveIterator.OfInt slots = from(start).iterator();
        while (slots.hasNext()) {
            ReferenceKey key = key(slots.nextInt());
            boolean another = !page.containsKey(key.subjectId());
            if (!key.subjectId().startsWith(prefix) || (another && page.size() == limit)) {
                break;
            }
            page.computeIfAbsent(key.subjectId(), id -> new ArrayList<>()).add(key.referenceId());
        }
        return page.entrySet().stream()
                .map(each -> new EnrolledSubject(each.getKey(), each.getValue()))
                .toList();
    }

    /** Slots whose names lie at a text or behind it. */
    private IntStream from(String text) {
        int first = Math.max(0, run(text));
        return IntStream.range(first, runs.size())
                .flatMap(run -> Arrays.stream(runs.get(run)))
                .dropWhile(slot -> compare(names.get(slot), text) < 0);
    }

    /** Takes a place out of a run, and joins the run with the next where both are short. */
    private void remove(int run, int place) {
        int[] slots = runs.get(run);
        int[] shorter = Arrays.copyOf(slots, slots.length - 1);
        System.arraycopy(slots, place + 1, shorter, place, shorter.length - place);
        if (shorter.length == 0) {
            removeRun(run);
        } else if (run + 1 < runs.size() && shorter.length + runs.get(run + 1).length <= MOST / 2) {
            int[] next = removeRun(run + 1);
            int[] joined = Arrays.copyOf(shorter, shorter.length + next.length);
            System.arraycopy(next, 0, joined, shorter.length, next.length);
            setRun(run, joined);
        } else {
            setRun(run, shorter);
        }
    }

    /** The last run whose first name isn't behind a text; -1 if there is none. */
    private int run(String text) {
        int low = 0;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(firsts.get(middle), text) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** Counts the names of a run that lie before a text. */
    private int place(int[] slots, String text) {
        int low = 0;
        int high = slots.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(names.get(slots[middle]), text) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Compares names by subject and then by reference: the slash between them comes before anything. */
    private static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                return left == ReferenceKey.SLASH ? -1 : right == ReferenceKey.SLASH ? 1 : left - right;
            }
        }
        return a.length() - b.length();
    }
}
