class None_:
    def compiled(self, source, name):
        return compile(source, name, "exec")
    def answer(self, source, text):
        return text
def chosen(name):
    return None_()
