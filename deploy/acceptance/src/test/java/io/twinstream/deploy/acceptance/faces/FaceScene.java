package io.twinstream.deploy.acceptance.faces;

import io.twinstream.deploy.acceptance.faces.MarkedFace.Eyes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A scene is a gray picture with faces at places that are known.
 *
 * @param number the scene's number, from which it was drawn
 * @param image the picture, of one channel
 */
record FaceScene(int number, Scenery scenery, BufferedImage image, List<ShownFace> faces) {
    /** A shown face says who is seen, in which of the shared pictures, and where its eyes lie in the scene. */
    record ShownFace(String person, String picture, Eyes eyes) {}

    /** Returns the scene as a file: PNG, and of every second one JPEG as cameras write it. */
    byte[] encoded() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, number % 2 == 0 ? "png" : "jpg", bytes);
        return bytes.toByteArray();
    }
}
