package io.twinstream.trainer.dataset;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ArchiveSource.ArchiveLimits;
import io.twinstream.trainer.dataset.ArchiveSource.ArchiveType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.KafkaException;

/** A data source is a place that labelled images come from. Its text form names it for people. */
public sealed interface DataSource permits ArchiveSource, FolderSource, TopicSource {
    /** This name stands for the topic of labelled images where a path could stand. */
    String TOPIC = "topic:";

    /** Returns the source of a name: the topic for {@value #TOPIC}, and otherwise the source at that path. */
    static DataSource of(String name, KafkaClients clients, Topics topics) {
        return name.equals(TOPIC) ? new TopicSource(clients, topics.labelledImages()) : of(Path.of(name));
    }

    /** Returns the source at a path: an archive if a file there has the name of one, and otherwise a folder. */
    static DataSource of(Path path) {
        return ArchiveType.of(path).isPresent() && !Files.isDirectory(path)
                ? new ArchiveSource(path, ArchiveLimits.DEFAULT)
                : new FolderSource(path);
    }

    /**
     * Hands over every image.
     *
     * @throws DatasetException if the source as a whole can't be read
     * @throws KafkaException if the topic's broker doesn't answer or refuses
     */
    void forEach(Sink sink) throws IOException;

    /** Returns what to do where the source holds too little, for the end of a message. */
    String layout();

    /** A sink takes a source's images one after another, in any order. */
    public interface Sink {
        /** Takes the next image, which replaces the one that came under the same key. */
        void accept(SourceImage image);

        /** Drops the image that came under a key; nothing happens where none came. */
        void withdraw(String key);

        /** Notes what ought to be an image and can't even be handed over, with a reason of one line. */
        void unreadable(String name, String reason);
    }
}
