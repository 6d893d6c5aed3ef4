/** Said where the design asks for other systems than its newest image. */
export const outdatedImage =
  'The design was edited since: it asks for other systems. Build again to bring that into the image.';
