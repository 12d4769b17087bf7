package io.twinstream.verifier.gallery;

import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.Gallery.EnrolledSubject;
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
 * Slot names keep which reference has which slot, for both ways of asking: a reference's name by its slot, and slots in
 * the order of their names, by subject and then by reference. Many threads may read, but none while another one writes.
 *
 * <p>A slot belongs to a reference from its enrolment to its erasure. Then it is free, and goes to the next reference.
 *
 * <p>Maintainers: a name is one text, {@code subject/reference}, and the order is kept in runs of slots, since objects
 * for each reference would take as much memory as a fifth of its embedding. A change moves at most one run.
 */
final class SlotNames {
    private static final int MOST = 256;

    private static final String FREE = "";

    /** Holds the names by slot; a free slot has an empty one. */
    private final List<String> names = new ArrayList<>();

    private final Deque<Integer> free = new ArrayDeque<>();

    /** Holds runs of slots in order, each sorted by name and not empty. */
    private final List<int[]> runs = new ArrayList<>();

    /** Holds the first name of each run, so that a search needs no look at run and slot. */
    private final List<String> firsts = new ArrayList<>();

    private int subjects;

    int subjects() {
        return subjects;
    }

    /** Returns how many references have a slot. */
    int size() {
        return names.size() - free.size();
    }

    ReferenceKey key(int slot) {
        return ReferenceKey.parse(names.get(slot));
    }

    /** Returns a reference's slot, or -1 if there is no such reference. */
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

    /** Gives a reference a slot and returns it: the one that it has, a free one or the next. */
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

    /** Forgets a reference and returns the slot that it had, or -1 if there is no such reference. */
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

    /** Returns true if the name at a place of a run, or at the end of the run beside it, begins with a text. */
    private boolean isOf(String start, int run, int place) {
        int inRun = place < 0 ? run - 1 : run < runs.size() && place == runs.get(run).length ? run + 1 : run;
        if (inRun < 0 || inRun >= runs.size()) {
            return false;
        }
        int[] slots = runs.get(inRun);
        int at = inRun < run ? slots.length - 1 : inRun > run ? 0 : place;
        return names.get(slots[at]).startsWith(start);
    }

    /** Returns a subject's slots, in the order of the references. */
    List<Integer> slots(String subject) {
        String start = subject + ReferenceKey.SLASH;
        return from(start)
                .boxed()
                .takeWhile(slot -> names.get(slot).startsWith(start))
                .toList();
    }

    /** Returns the subjects whose ids begin with a prefix and come after another id, in order. */
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

    /** Returns the slots whose names equal a text or come after it. */
    private IntStream from(String text) {
        int first = Math.max(0, run(text));
        return IntStream.range(first, runs.size())
                .flatMap(run -> Arrays.stream(runs.get(run)))
                .dropWhile(slot -> compare(names.get(slot), text) < 0);
    }

    /** Removes a place from a run, and joins the run with the next where both are short. */
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

    /** Returns the last run whose first name doesn't come after a text, or -1 if there is none. */
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

    /** Counts the names of a run that come before a text. */
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

    /**
     * Compares names by subject and then by reference, for which the slash between them comes before any other
     * character.
     */
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
