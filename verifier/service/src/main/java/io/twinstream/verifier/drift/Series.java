package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import java.time.Instant;

/**
 * Which verdicts are judged together.
 *
 * @param key {@code name/version/task/source}
 */
record Series(String key) {
    private static final int PARTS = 4;

    /**
     * The record of a finding.
     *
     * @param windowMs start of the latest window that it comes from
     * @param clearedMs when it is cleared, if it is
     */
    Alarm alarm(AlarmAbout about, Finding finding, long windowMs, long sizeMs, long clearedMs) {
        // Only the source may have slashes.
        String[] parts = key.split("/", PARTS);
        return Alarm.newBuilder()
                .setId("%s/%s/%d".formatted(about, key, finding.raised().windowStartMs()))
                .setKind(about == AlarmAbout.MATCH_RATE ? AlarmKind.MATCH_RATE : AlarmKind.SCORES)
                .setAbout(about)
                .setState(finding.clears() ? AlarmState.CLEARED : AlarmState.RAISED)
                .setModelName(parts[0])
                .setModelVersion(parts[1])
                .setTask(parts[2])
                .setSourceId(parts[3])
                .setRaisedAt(Instant.ofEpochMilli(finding.raised().atMs()))
                .setClearedAt(finding.clears() ? Instant.ofEpochMilli(clearedMs) : null)
                .setWindowStart(Instant.ofEpochMilli(windowMs))
                .setWindowSizeMs(sizeMs)
                .setObserved(finding.observed())
                .setExpected(finding.expected())
                .setStatistic(finding.statistic())
                .setBound(finding.bound())
                .setReason(finding.reason())
                .build();
    }
}
