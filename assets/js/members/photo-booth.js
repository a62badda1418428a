// The webcam beside a file field: the picture taken becomes the chosen file. Without a camera the file field remains.
class PhotoBooth extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=file]");
    if (!this.field || !navigator.mediaDevices?.getUserMedia || this.button) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button";
    this.button.dataset.kind = "quiet";
    this.button.textContent = this.dataset.open;
    this.button.addEventListener("click", () => (this.video ? this.take() : this.open()));
    this.append(this.button);
  }

  disconnectedCallback() {
    this.close();
  }

  async open() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: 1280, height: 960 } });
      this.video = document.createElement("video");
      this.video.muted = true;
      this.video.playsInline = true;
      this.video.srcObject = stream;
      await this.video.play();
      this.prepend(this.video);
      this.button.textContent = this.dataset.take;
    } catch {
      this.button.textContent = this.dataset.none;
      this.button.disabled = true;
    }
  }

  take() {
    const canvas = document.createElement("canvas");
    const side = Math.min(this.video.videoWidth, this.video.videoHeight);
    canvas.width = canvas.height = Math.min(side, 1024);
    const left = (this.video.videoWidth - side) / 2;
    const top = (this.video.videoHeight - side) / 2;
    canvas.getContext("2d").drawImage(this.video, left, top, side, side, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      this.field.files = files.files;
      this.close();
      this.button.textContent = this.dataset.open;
      this.field.form?.requestSubmit();
    }, "image/jpeg", 0.9);
  }

  close() {
    this.video?.srcObject?.getTracks().forEach((track) => track.stop());
    this.video?.remove();
    this.video = undefined;
  }
}

customElements.define("photo-booth", PhotoBooth);
