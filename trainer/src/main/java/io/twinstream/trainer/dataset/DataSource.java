package io.twinstream.trainer.dataset;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ArchiveSource.ArchiveLimits;
import io.twinstream.trainer.dataset.ArchiveSource.ArchiveType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.KafkaException;

/** Where labelled images come from. Its text form names it for people. */
public sealed interface DataSource permits ArchiveSource, FolderSource, TopicSource {
    /** How the topic of labelled images is named where a path could stand. */
    String TOPIC = "topic:";

    /** The source of this name: {@value #TOPIC}, or else a path. */
    static DataSource of(String name, KafkaClients clients, Topics topics) {
        return name.equals(TOPIC) ? new TopicSource(clients, topics.labelledImages()) : of(Path.of(name));
    }

    /** The source at this path: an archive if a file has the name of one, else a folder. */
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

    /** What to do where it holds too little, for the end of a message. */
    String layout();

    /** Takes a source's images one after another, in any order. */
    public interface Sink {
        /** The next image; it replaces the one that came under the same key. */
        void accept(SourceImage image);

        /** The image that came under this key is there no more; nothing where none came. */
        void withdraw(String key);

        /** What ought to be an image and can't even be handed over, for a reason of one line. */
        void unreadable(String name, String reason);
    }
}
